"""The media URIs of a body, as far as they can be judged without fetching anything, and the uploads they may name.

URLs must be on a domain, data URIs must be base64 of a type that the provider takes, uploads must be there and not
expired. What is inside a file is not looked at here (`harness.mock.inspection`), and no URL is fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final
from urllib.parse import urlsplit

from msgspec import Struct

from harness.mock.draws import draw
from harness.mock.wire import Request, Response
from harness.model import Json, JsonObject, Path, replace
from harness.provider import Contract, Endpoint, Issue

PREFIX: Final = "/uploads/"
#: docs.dev.runwayml.com/assets/uploads: how large an uploaded file may be, and how long its URI works.
MAX_UPLOAD_BYTES: Final = 200 * 1024 * 1024
LIFETIME_S: Final = 24 * 3600
MAX_UPLOADS: Final = 10_000
#: What a body may be where no contract says how long a data URI may be.
DEFAULT_BODY_BYTES: Final = 16 * 1024 * 1024
#: What the rest of a body may be beside its largest data URI.
MARGIN_BYTES: Final = 1024 * 1024
#: File names that an upload may have: those of the types below.
EXTENSIONS: Final = frozenset(
    {
        *("jpg", "jpeg", "png", "webp"),
        *("mp4", "m4v", "mov", "webm", "mkv", "ogv", "3gp", "avi"),
        *("ogg", "mp3", "m4a", "aac", "flac", "wav", "aiff"),
    }
)

#: docs.dev.runwayml.com/assets/inputs and runwayml/skills: JPEG, PNG, WebP; containers of the codecs listed there.
_TYPES: Final[Mapping[str, frozenset[str]]] = {
    "image": frozenset({"jpeg", "jpg", "png", "webp"}),
    "video": frozenset({"mp4", "webm", "quicktime", "mov", "ogg", "x-matroska", "x-m4v", "h264", "3gpp", "mpeg"}),
    "audio": frozenset(
        {"mpeg", "mp3", "mp4", "m4a", "x-m4a", "aac", "x-aac", "flac", "x-flac", "wav", "x-wav", "wave"}
    ),
}
_DATA: Final = re.compile(r"data:(image|video|audio)/([\w.+-]{1,80})(?:;[\w.+=-]{1,80}){0,4};base64,", re.IGNORECASE)
_ADDRESS: Final = re.compile(r"[\d.]+|\[.*|.*:.*")
_DEPTH: Final = 32

NOT_ON_A_DOMAIN: Final = "URLs must be hosted on a domain."
BAD_DATA_URI: Final = "Invalid data URI."
UNSUPPORTED: Final = 'Unsupported asset type. Received "{kind}".'
NO_UPLOAD: Final = "The Runway upload URI is not valid or has expired."
BAD_NAME: Final = "The file extension is not supported."
_DENIED: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n'
    b"<Error><Code>AccessDenied</Code><Message>Invalid according to Policy</Message></Error>"
)


class Upload(Struct, frozen=True, kw_only=True):
    """A file that was announced; `size_bytes` is None until it came. `uri` is what bodies name it by."""

    id: str
    uri: str
    key: str
    created_s: float
    size_bytes: int | None = None


class Uploads:
    """The uploads of a mock. Files are measured and not kept."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._count = 0
        self._by_id: dict[str, Upload] = {}

    def announce(self, filename: str, now_s: float) -> Upload:
        """A place for one file."""
        name = draw(self._seed, PREFIX, filename.encode("utf-8", "replace"), self._count).id
        self._count += 1
        upload = Upload(id=name, uri=f"runway://{name}", key=f"ephemeral/{name}", created_s=now_s)
        self._by_id[name] = upload
        if len(self._by_id) > MAX_UPLOADS:
            del self._by_id[next(iter(self._by_id))]
        return upload

    def usable(self, uri: str, now_s: float) -> bool:
        """True when the file of a runway:// URI came and the URI has not expired."""
        upload = self._by_id.get(uri.removeprefix("runway://"))
        return upload is not None and upload.size_bytes is not None and now_s < upload.created_s + LIFETIME_S

    def receive(self, request: Request, body: bytes | None) -> Response:
        """What the store says to a multipart POST; `body` None for one that was too large."""
        upload = self._by_id.get(request.path[len(PREFIX) :])
        fields = form_fields(request.header(b"content-type") or "", body) if body is not None else {}
        if upload is None or fields.get("key") != (0, upload.key) or "file" not in fields:
            status = 413 if body is None else 403
            return Response(status=status, body=_DENIED, content_type="application/xml")
        self._by_id[upload.id] = replace(upload, size_bytes=fields["file"][0])
        return Response(status=204, content_type=None)


def form_fields(content_type: str, body: bytes) -> Mapping[str, tuple[int, str]]:
    """The parts of a multipart body: name → size in bytes of a file and "", or 0 and the text of a short field."""
    found = re.search(r'boundary="?([^";]{1,200})', content_type)
    if found is None or not content_type.lower().startswith("multipart/form-data"):
        return {}
    boundary = b"--" + found.group(1).encode("latin-1", "replace")
    fields: dict[str, tuple[int, str]] = {}
    start = body.find(boundary)
    while start >= 0 and len(fields) < 100:
        start += len(boundary)
        end = body.find(b"\r\n" + boundary, start)
        head_end = body.find(b"\r\n\r\n", start, start + 10_000)
        if end < 0 or head_end < 0 or head_end > end:
            break
        head = body[start:head_end].decode("utf-8", "replace")
        name = re.search(r'name="([^"]{1,200})"', head)
        size = end - head_end - 4
        if name is not None:
            is_file = "filename" in head
            text = "" if is_file else body[head_end + 4 : min(end, head_end + 4 + 10_000)].decode("utf-8", "replace")
            fields[name.group(1)] = (size if is_file else 0, text)
        start = end + 2
    return fields


def filename_issue(filename: str) -> Issue | None:
    """What is wrong with the name of a file to upload; None when nothing is."""
    extension = filename.rpartition(".")[2].lower()
    if "." in filename and extension in EXTENSIONS:
        return None
    return Issue(kind="rule", path=("filename",), value=filename, text=BAD_NAME)


def asset_issues(
    contract: Contract, endpoint: Endpoint, payload: JsonObject, uploads: Uploads, now_s: float
) -> tuple[Issue, ...]:
    """What is wrong with the media URIs of a body that is as the contract's schema wants it."""
    found = []
    for path, value in texts(payload):
        text = _fault(value, uploads, now_s)
        if text is not None and media_form(contract, endpoint, payload, path) is not None:
            found.append(Issue(kind="rule", path=path, value=value, text=text))
    return tuple(found)


def _fault(value: str, uploads: Uploads, now_s: float) -> str | None:
    if value.startswith("runway://"):
        return None if uploads.usable(value, now_s) else NO_UPLOAD
    if value.startswith("https://"):
        return None if _on_a_domain(value) else NOT_ON_A_DOMAIN
    if not value.startswith("data:"):
        return None
    data = _DATA.match(value, 0, 600)
    if data is None:
        return BAD_DATA_URI
    kind, subtype = data.group(1).lower(), data.group(2).lower()
    return None if subtype in _TYPES[kind] else UNSUPPORTED.format(kind=f"{kind}/{subtype}")


def _on_a_domain(url: str) -> bool:
    try:
        host = urlsplit(url).hostname or ""
    except ValueError:  # brackets that hold no address
        return False
    return "." in host and not _ADDRESS.fullmatch(host)


def media_form(contract: Contract, endpoint: Endpoint, payload: JsonObject, path: Path) -> JsonObject | None:
    """What the contract says of the media URI at a path; None where a text is none: a prompt may begin like one."""
    rule = contract.rule(endpoint, payload, ".".join(str(step) for step in path))
    return None if rule is None else _media_form(contract, rule.schema, 0)


def _media_form(contract: Contract, schema: JsonObject, depth: int) -> JsonObject | None:
    if "x-media" in schema or "x-kind" in schema:
        return schema
    forms = (schema.get("anyOf") or schema.get("oneOf") or ()) if depth < 4 else ()
    found = (_media_form(contract, contract.resolve(form), depth + 1) for form in forms)
    return next((form for form in found if form is not None), None)


def texts(value: Json, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Every text of a body with its place."""
    if isinstance(value, str):
        yield path, value
    elif len(path) < _DEPTH and isinstance(value, Mapping):
        for key, item in value.items():
            yield from texts(item, (*path, key))
    elif len(path) < _DEPTH and isinstance(value, list):
        for index, item in enumerate(value):
            yield from texts(item, (*path, index))


def body_limit(contract: Contract | None) -> int:
    """The longest body in bytes: room for the largest data URI that the contract allows, and for the rest."""
    document: JsonObject = contract.document if contract else {}
    return max((*_data_uri_lengths(document), 0)) + MARGIN_BYTES if contract else DEFAULT_BODY_BYTES + MARGIN_BYTES


def _data_uri_lengths(node: Json) -> Iterator[int]:
    if isinstance(node, dict):
        if str(node.get("pattern", "")).startswith("^data:") and isinstance(node.get("maxLength"), int):
            yield node["maxLength"]
        for inner in node.values():
            yield from _data_uri_lengths(inner)
    elif isinstance(node, list):
        for inner in node:
            yield from _data_uri_lengths(inner)
