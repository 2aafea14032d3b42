"""The mock as a plain ASGI callable: in process on simulated time, or behind a server on a real socket."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, Final

from harness.clock import Clock
from harness.errors import UsageError
from harness.mock.account import Account
from harness.mock.answers import BAD_JSON, TOO_LARGE, Answers
from harness.mock.assets import MARGIN_BYTES, MAX_UPLOAD_BYTES, body_limit
from harness.mock.assets import PREFIX as UPLOADS
from harness.mock.files import PREFIX, Outputs
from harness.mock.keys import Keys
from harness.mock.routes import Match, Route, Routes
from harness.mock.service import Call, Service
from harness.mock.tasks import Tasks
from harness.mock.wire import (
    FAULT_HEADER,
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
from harness.model import Json
from harness.provider import Provider

if TYPE_CHECKING:
    from harness.mock.fault_rules import Faults

#: Texts of the header that asks for faults that are counted for themselves; beyond it the oldest is forgotten.
MAX_HEADERS: Final = 1_000
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
    faults: str | Sequence[str] = (),
    strict_keys: bool = False,
    key: str | None = None,
    strict_routers: bool | Collection[str] = False,
    check_assets: bool = False,
) -> MockApp:
    """A mock of the provider on this clock.

    The same seed and bodies give the same ids and times, in whatever order they come. `media` False: videos are
    placeholders. `base_url` is what outputs' addresses begin with (None: what each client called). `credits` None:
    plenty. `tier` (1 to 5) turns the limits on concurrency and generations a day on.

    `faults` are specs as in `harness.mock.fault_rules`. `strict_keys`: only keys that begin as the provider's do;
    `key`: only this one. `strict_routers`: creates may name only these router configs (True: none was saved).
    `check_assets`: files in data URIs are decoded and held to the contract's bounds. UsageError for a tier or a fault
    that there is not.
    """
    answers = Answers(provider)
    service = Service(
        provider,
        clock=clock,
        seed=seed,
        account=Account(provider, credits=credits, tier=tier),
        outputs=Outputs(seed=seed, clock=clock, real=media),
        answers=answers,
        saved=_saved(strict_routers),
    )
    return MockApp(
        provider,
        clock=clock,
        service=service,
        answers=answers,
        base_url=base_url.rstrip("/") if base_url else None,
        keys=Keys(provider, strict=strict_keys, only=key),
        faults=_faults(provider, faults, seed),
        check_assets=check_assets,
        seed=seed,
    )


def _saved(routers: bool | Collection[str]) -> frozenset[str] | None:  # noqa: FBT001 - as create_app takes it
    """The router configs that there are; None for any."""
    if isinstance(routers, bool):
        return frozenset() if routers else None
    return frozenset((routers,) if isinstance(routers, str) else routers)


def _faults(provider: Provider, specs: str | Sequence[str], seed: int) -> tuple[Faults, ...]:
    """The set of faults of these specs, none for none."""
    if not specs:
        return ()
    from harness.mock.fault_rules import Faults, read_rules  # lazily: most mocks have no faults

    rules = read_rules(specs, provider.endpoints)
    return (Faults(rules, seed=seed),) if rules else ()


class MockApp:
    """The ASGI callable. What it has to say about a request before its meaning counts, it says here."""

    def __init__(
        self,
        provider: Provider,
        *,
        clock: Clock,
        service: Service,
        answers: Answers,
        base_url: str | None,
        keys: Keys,
        faults: tuple[Faults, ...],
        check_assets: bool,
        seed: int,
    ) -> None:
        self.provider = provider
        self.service = service
        self.body_limit_bytes = body_limit(provider.contract)
        self._clock = clock
        self._answers = answers
        self._base_url = base_url
        self._keys = keys
        self._faults = faults
        self._check_assets = check_assets
        self._seed = seed
        self._routes = Routes(provider)
        self._asked: dict[bytes, tuple[Faults, ...]] = {}

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
            if response.trouble is not None:
                from harness.mock.delivery import deliver  # lazily: most mocks have no faults

                await deliver(response, scope, receive, send, self._clock)
                return
            await send_response(response, send, head=request.method == "HEAD")
        elif scope["type"] == "websocket":
            await receive()
            await send({"type": "websocket.close", "code": 1000, "reason": "The mock speaks HTTP."})

    async def answer(self, request: Request, receive: Receive) -> Response:
        """The answer to one request. Raises Disconnected when the client goes away before it is read."""
        bodiless = request.method in _BODILESS and b"content-length" not in request.headers
        body = b"" if bodiless else await self._body(request, receive)
        if not self._faults and FAULT_HEADER not in request.headers:
            return await self._right(request, body)
        try:
            sets = self._sets(request)
        except UsageError as error:
            return self._answers.plain(
                400, f"{FAULT_HEADER.decode()}: {error.text} {error.fix}".rstrip(), doc_url=False
            )
        return await self._faulty(request, body, sets)

    async def _body(self, request: Request, receive: Receive) -> bytes | None:
        """The body; None for one that is too large, which is said in its turn: a missing key comes first."""
        limit = MAX_UPLOAD_BYTES + MARGIN_BYTES if _uploading(request) else self.body_limit_bytes
        try:
            return await read_body(request, receive, limit)
        except TooLarge:
            return None

    def _sets(self, request: Request) -> tuple[Faults, ...]:
        """The faults that a request falls under: the mock's own, and those that it asks for. Raises UsageError.

        What is asked for is counted for itself: all requests that ask with the same text.
        """
        asked = request.headers.get(FAULT_HEADER)
        if asked is None:
            return self._faults
        if asked not in self._asked:
            self._asked[asked] = _faults(self.provider, asked.decode("latin-1"), self._seed)
            if len(self._asked) > MAX_HEADERS:
                del self._asked[next(iter(self._asked))]
        return (*self._faults, *self._asked[asked])

    async def _faulty(self, request: Request, body: bytes | None, sets: Sequence[Faults]) -> Response:
        from harness.mock.fault_rules import committed, spoilt

        places = self._places(request)

        def key() -> bytes:
            return hashlib.sha256(
                f"{request.method} {request.path}?{request.query}\n".encode() + (body or b"")
            ).digest()

        rules = [rule for faults in sets for rule in faults.at_request(places, key)]
        scene = self.service.scene()
        instead = committed(rules, scene)
        if instead is not None:
            return instead
        return spoilt(await self._right(request, body, sets), rules, scene)

    def _places(self, request: Request) -> tuple[str, ...]:
        """What a request is for, as specs of faults call it; nothing for a route that does not exist."""
        if _uploading(request):
            return ("upload",)
        if request.path.startswith(PREFIX):
            return ("output",)
        found = self._routes.find(request.method, request.path, request.query)
        if not isinstance(found, Match):
            return ()
        endpoint = found.route.endpoint
        place = "other" if found.route.action == "document" else found.route.action
        return (place,) if endpoint is None else (place, endpoint.key)

    async def _right(self, request: Request, body: bytes | None, faults: Sequence[Faults] = ()) -> Response:
        """The right answer, but for faults of creates."""
        if _uploading(request):
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
        call = Call(request=request, route=found.route, names=found.names, payload=payload, body=body, faults=faults)
        if self._check_assets and (issues := await self.service.inspect(call)):
            return self._answers.invalid(issues)
        return self.service.answer(call)

    def _refused(self, request: Request, route: Route) -> Response | None:
        """The refusal of a request without a good key, or with another version than the contract's."""
        bad_key = self._keys.refusal(request)
        if bad_key is not None:
            return self._answers.plain(401, bad_key)
        for name, value in route.headers.items():
            sent = request.header(name.lower().encode("latin-1"))
            if sent is None or (value is not None and sent != value):
                return self._answers.bad_header(name)
        return None


def _uploading(request: Request) -> bool:
    return request.method == "POST" and request.path.startswith(UPLOADS)


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
