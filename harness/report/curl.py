"""A curl line per variant that repeats its create by hand, or None: never a line that cannot run.

The key is the environment variable that the profile names, so the line holds no secret. A small body stands in the
line. Assets would make it megabytes long, so their data URIs are kept once in the run's folder (`save_assets`), and the
line, started in that folder, puts the body together from them.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from shlex import quote
from typing import Final, Protocol
from urllib.parse import quote as url_quote

from msgspec import Struct

from harness.jsonio import encode
from harness.model import Asset, Json, JsonObject, RunPlan, Variant
from harness.report.redacted import Redacted

#: A shell refuses single words above 128 KiB, and nobody reads a longer line.
_MAX_BODY: Final = 32_000
_MARK: Final = "\x00asset:"
_WITH_BODY: Final = frozenset({"POST", "PUT", "PATCH"})


class CurlEndpoint(Protocol):
    """What a curl line needs of an endpoint."""

    @property
    def key(self) -> str: ...  # noqa: D102
    @property
    def method(self) -> str: ...  # noqa: D102
    @property
    def path(self) -> str: ...  # noqa: D102


class CurlProvider(Struct, frozen=True, kw_only=True):
    """Where a scenario's curl lines go, and with which headers (`{key}` stands for the key)."""

    base_url: str
    key_env: tuple[str, ...]
    headers: Mapping[str, str]
    endpoints: Mapping[str, CurlEndpoint]


class Curl:
    """Curl lines for the variants of a run. `assets`: sha256 of an asset → the file that holds its data URI."""

    def __init__(self, providers: Mapping[str, CurlProvider], redacted: Redacted, assets: Mapping[str, str]) -> None:
        self._providers = providers
        self._redacted = redacted
        self._assets = assets
        self._heads: dict[tuple[str, str], str | None] = {}

    def line(self, variant: Variant, *, intact: bool) -> str | None:
        """The line for a variant, or None where none can run: the body is long, or an asset of it was not kept.

        `intact` says that nothing of the payload is a secret: one with a gap would be another payload.
        """
        head = self._head(variant)
        provider = self._providers.get(variant.scenario)
        if head is None or provider is None:
            return None
        if provider.endpoints[variant.endpoint].method.upper() not in _WITH_BODY:
            return head
        if not intact:
            return None
        body = _body(variant.payload)
        if len(body) > _MAX_BODY:
            return None
        if "\\u0000asset:" not in body:
            return f"{head} --data-raw {quote(body)}"
        return self._spliced(head, body)

    def _spliced(self, head: str, body: str) -> str | None:
        parts: list[str] = []
        for index, piece in enumerate(body.split("\\u0000")):
            # Every second piece is the sha256 of an asset: the marks open and close it.
            if index % 2 == 0:
                parts.append(f"printf %s {quote(piece)}")
                continue
            file = self._assets.get(piece.removeprefix("asset:"))
            if file is None:
                return None
            parts.append(f"cat {quote(file)}")
        return f"{{ {'; '.join(parts)}; }} | {head} --data-binary @-"

    def _head(self, variant: Variant) -> str | None:
        if variant.path:
            return self._new_head(variant)
        place = (variant.scenario, variant.endpoint)
        if place not in self._heads:
            self._heads[place] = self._new_head(variant)
        return self._heads[place]

    def _new_head(self, variant: Variant) -> str | None:
        provider = self._providers.get(variant.scenario)
        if provider is None or variant.endpoint not in provider.endpoints:
            return None
        endpoint = provider.endpoints[variant.endpoint]
        path = endpoint.path
        for name, value in variant.path.items():
            path = path.replace(f"{{{name}}}", url_quote(value, safe=""))
        url = provider.base_url.rstrip("/") + path
        headers = dict(provider.headers)
        if endpoint.method.upper() in _WITH_BODY and "content-type" not in {name.lower() for name in headers}:
            headers["Content-Type"] = "application/json"
        said = [self._header(name, value, provider.key_env) for name, value in headers.items()]
        if self._redacted.text(url) != url or "{" in path or None in said:
            return None
        method = "" if endpoint.method.upper() == "POST" else f"-X {endpoint.method.upper()} "
        return f"curl -sS {method}{quote(url)} {' '.join(text for text in said if text)}".rstrip()

    def _header(self, name: str, value: str, key_env: tuple[str, ...]) -> str | None:
        before, key, after = value.partition("{key}")
        if not key:
            return f"-H {quote(f'{name}: {value}')}" if self._redacted.object({name: value})[1] else None
        if not key_env:
            return None
        return f'-H {quote(f"{name}: {before}")}"${key_env[0]}"{quote(after) if after else ""}'


def save_assets(folder: Path, plan: RunPlan) -> Mapping[str, str]:
    """Writes the data URI of every asset that is fired into `folder/assets/`, each once.

    Returns sha256 → file as seen from `folder`, for `document.build`. Raises OSError when a file cannot be written.
    """
    kept: dict[str, str] = {}
    for asset in _assets([plan.variants[index].variant.payload for index in plan.order]):
        if asset.sha256 in kept:
            continue
        name = f"assets/{asset.sha256[:16]}.uri"
        (folder / "assets").mkdir(exist_ok=True)
        (folder / name).write_bytes(asset.data_uri)
        kept[asset.sha256] = name
    return kept


def _assets(values: Iterable[Json]) -> Iterator[Asset]:
    for value in values:
        kind = type(value)
        if kind is str or kind is int:  # most of them by far
            continue
        if isinstance(value, Asset):
            yield value
        elif isinstance(value, Mapping):
            yield from _assets(value.values())
        elif isinstance(value, (list, tuple)):
            yield from _assets(value)


def _mark(value: object) -> Json:
    if isinstance(value, Asset):
        return f"{_MARK}{value.sha256}\x00"
    if isinstance(value, Mapping):
        return dict(value)
    raise TypeError(f"no JSON: {type(value).__name__}")


def _body(payload: JsonObject) -> str:
    """The payload as JSON, each asset as its mark. Most have none, and are written by the quick encoder."""
    try:
        return encode(payload)
    except ValueError:
        return _MARKING.encode(payload)


_MARKING: Final = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), default=_mark)
