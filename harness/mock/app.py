"""The mock as a plain ASGI callable: in process on simulated time, or behind a server on a real socket."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from harness.clock import Clock
from harness.mock.account import Account
from harness.mock.answers import BAD_JSON, NO_KEY, TOO_LARGE, Answers
from harness.mock.assets import MAX_UPLOAD_BYTES
from harness.mock.assets import PREFIX as UPLOADS
from harness.mock.files import PREFIX, Outputs
from harness.mock.routes import Match, Route, Routes
from harness.mock.service import Call, Service
from harness.mock.tasks import Tasks
from harness.mock.wire import (
    Disconnected,
    Receive,
    Request,
    Response,
    Scope,
    Send,
    TooLarge,
    json_response,
    parse_json,
    read_body,
    read_request,
    send_response,
)
from harness.model import Json, JsonObject
from harness.provider import Contract, Provider

#: What a body may be where no contract says how long a data URI may be.
DEFAULT_BODY_BYTES: Final = 16 * 1024 * 1024
#: What the rest of a body may be beside its largest data URI.
MARGIN_BYTES: Final = 1024 * 1024
_DOCUMENT: Final = "/openapi.json"
_BODILESS: Final = frozenset({"GET", "HEAD", "DELETE", "OPTIONS"})


def create_app(
    provider: Provider,
    *,
    clock: Clock,
    seed: int = 0,
    media: bool = True,
    base_url: str | None = None,
    credits: int | None = None,  # noqa: A002 - the provider's word
    tier: int | None = None,
) -> MockApp:
    """A mock of the provider on this clock.

    The same seed and bodies give the same ids and times, in whatever order they come. `media` False: videos are
    placeholders. `base_url` is what outputs' addresses begin with (None: what each client called). `credits` None:
    plenty. `tier` (1 to 5) turns the limits on concurrency and generations a day on. UsageError for another tier.
    """
    answers = Answers(provider)
    service = Service(
        provider,
        clock=clock,
        seed=seed,
        account=Account(provider, credits=credits, tier=tier),
        outputs=Outputs(seed=seed, clock=clock, real=media),
        answers=answers,
    )
    return MockApp(provider, service=service, answers=answers, base_url=base_url)


class MockApp:
    """The ASGI callable. What it has to say about a request before its meaning counts, it says here."""

    def __init__(self, provider: Provider, *, service: Service, answers: Answers, base_url: str | None) -> None:
        self.provider = provider
        self.service = service
        self.body_limit_bytes = body_limit(provider.contract)
        self._answers = answers
        self._base_url = base_url.rstrip("/") if base_url else None
        self._routes = Routes(provider)
        self._key_header, self._key_prefix = _key_header(provider)

    @property
    def tasks(self) -> Tasks:
        """The tasks that the mock holds."""
        return self.service.tasks

    @property
    def ledger(self) -> Account:
        """Credits and limits."""
        return self.service.account

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One ASGI connection."""
        if scope["type"] == "lifespan":
            await _lifespan(receive, send)
        elif scope["type"] == "http":
            request = read_request(scope, self._base_url)
            try:
                response = await self.answer(request, receive)
            except Disconnected:
                return
            await send_response(response, send, head=request.method == "HEAD")
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000, "reason": "The mock speaks HTTP."})

    async def answer(self, request: Request, receive: Receive) -> Response:
        """The answer to one request. Raises Disconnected when the client goes away before it is read."""
        body: bytes | None = b""
        uploading = request.method == "POST" and request.path.startswith(UPLOADS)
        if request.method not in _BODILESS or b"content-length" in request.headers:
            limit = MAX_UPLOAD_BYTES + MARGIN_BYTES if uploading else self.body_limit_bytes
            try:
                body = await read_body(request, receive, limit)
            except TooLarge:
                body = None  # said in its turn: a missing key comes first
        if uploading:
            return self.service.uploads.receive(request, body)
        reading = request.method in {"GET", "HEAD"}
        if reading and request.path.startswith(PREFIX):
            return await self.service.output(request, request.path[len(PREFIX) :])
        if reading and request.path == _DOCUMENT and self.provider.contract is not None:
            return json_response(self.provider.contract.document)
        found = self._routes.find(request.method, request.path, request.query)
        if not isinstance(found, Match):
            return self._answers.bad_method(found) if found else self._answers.no_route(request.method, request.path)
        refused = self._refused(request, found.route)
        if refused is not None:
            return refused
        if body is None:
            return self._answers.plain(413, TOO_LARGE, doc_url=False)
        payload: Json = None
        if request.method not in _BODILESS:
            if not _says_json(request, body):
                return self._answers.no_body() if self.provider.contract else self._answers.plain(400, BAD_JSON)
            try:
                payload = parse_json(body)
            except ValueError:
                return self._answers.plain(400, BAD_JSON)
        call = Call(request=request, route=found.route, names=found.names, payload=payload, body=body)
        return self.service.answer(call)

    def _refused(self, request: Request, route: Route) -> Response | None:
        """The refusal of a request without a key, or with another version than the contract's."""
        if self._key_header is not None:
            key = request.header(self._key_header) or ""
            if not key.lower().startswith(self._key_prefix) or not key[len(self._key_prefix) :].strip():
                return self._answers.plain(401, NO_KEY)
        for name, value in route.headers.items():
            sent = request.header(name.lower().encode("latin-1"))
            if sent is None or (value is not None and sent != value):
                return self._answers.bad_header(name)
        return None


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


def _key_header(provider: Provider) -> tuple[bytes | None, str]:
    """The header that carries the key, and what stands before the key in it; None where no key is wanted."""
    for name, value in provider.profile.headers.items():
        if "{key}" in value:
            return name.lower().encode("latin-1"), value.partition("{key}")[0].lower()
    return None, ""


def _says_json(request: Request, body: bytes) -> bool:
    """False for a body that is not called JSON: Express does not read it then."""
    if not body:
        return True
    kind = (request.header(b"content-type") or "").partition(";")[0].strip().lower()
    return kind == "application/json" or kind.endswith("+json")


async def _lifespan(receive: Receive, send: Send) -> None:
    while True:
        message = await receive()
        await send({"type": f"{message['type']}.complete"})
        if message["type"] == "lifespan.shutdown":
            return
