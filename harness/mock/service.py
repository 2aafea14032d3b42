"""What each route of the mock does, once a request is read and its headers are good."""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Final, cast

from msgspec import Struct

from harness.clock import Clock
from harness.mock.account import Account, usage_period
from harness.mock.answers import BAD_JSON, FULL, NO_CREDITS, QUOTA, Answers
from harness.mock.assets import PREFIX as UPLOADS
from harness.mock.assets import Uploads, asset_issues, filename_issue
from harness.mock.bodies import Bodies
from harness.mock.draws import Kind, times
from harness.mock.files import LIFETIME_S, Outputs, shapes
from harness.mock.routes import Action, Route
from harness.mock.tasks import Full, Task, Tasks, phase
from harness.mock.wire import Request, Response, json_response
from harness.model import EMPTY, Json, JsonObject, TaskState, replace
from harness.provider import Endpoint, Issue, Provider
from harness.provider.checking import Checker
from harness.provider.schemas import Schemas

if TYPE_CHECKING:
    from harness.mock.fault_parts import Scene
    from harness.mock.fault_rules import Faults, Rule

_GONE: Final = Response(status=204, content_type=None)


class Call(Struct, frozen=True, kw_only=True):
    """A request for one route. `payload` is its JSON (None for a method without a body), `body` the bytes of it.

    `faults` are the sets of faults that it falls under.
    """

    request: Request
    route: Route
    names: Mapping[str, str]
    payload: Json = None
    body: bytes = b""
    faults: Sequence[Faults] = ()


class Service:
    """The provider behind the HTTP: tasks, credits, outputs.

    `saved` are the things that bodies may name and that the account must have saved (router configs); None: any.
    """

    def __init__(
        self,
        provider: Provider,
        *,
        clock: Clock,
        seed: int,
        account: Account,
        outputs: Outputs,
        answers: Answers,
        saved: Collection[str] | None = None,
    ) -> None:
        self.tasks = Tasks(concurrency=account.concurrency, on_end=self._ended)
        self.account = account
        self.outputs = outputs
        self.uploads = Uploads(seed)
        self._provider = provider
        self._clock = clock
        self._seed = seed
        self._answers = answers
        self._bodies = Bodies(provider)
        self._saved = saved
        self._earlier: dict[str, Response] = {}
        self._polled = frozenset(endpoint.poll_path for endpoint in provider.endpoints.values())
        self._actions: Mapping[Action, Callable[[Call], Response]] = {
            "create": self._create,
            "poll": self._poll,
            "cancel": self._cancel,
            "account": self._organization,
            "document": self._document,
        }

    def answer(self, call: Call) -> Response:
        """The answer to a call."""
        return self._actions[call.route.action](call)

    async def inspect(self, call: Call) -> tuple[Issue, ...]:
        """What is wrong with the files in the body of a create that has nothing else wrong with it."""
        contract, endpoint = self._provider.contract, call.route.endpoint
        if contract is None or endpoint is None or self._issues(endpoint, call.payload):
            return ()
        from harness.mock.inspection import file_issues  # lazily: few mocks look into files

        return await file_issues(contract, endpoint, call.payload, self._clock)

    async def output(self, request: Request, name: str) -> Response:
        """The file of that name, to whoever has its signed URL."""
        refused = self.outputs.denied(request)
        if refused is not None:
            return refused
        task_id, _, rest = name.rpartition("-")
        index = rest.partition(".")[0]
        task = self.tasks.get(task_id, self._clock.now())
        if task is None or not index.isdecimal() or int(index) >= len(task.shapes):
            return self.outputs.refuse()
        return await self.outputs.serve(request, task.shapes[int(index)], corrupt=task.quirks.corrupt)

    def _create(self, call: Call) -> Response:
        endpoint = call.route.endpoint
        assert endpoint is not None
        issues = self._issues(endpoint, call.payload)
        if issues:
            return self._answers.invalid(issues)
        if not isinstance(call.payload, Mapping):
            return self._answers.plain(400, BAD_JSON)
        if self._saved is not None and (unsaved := self._unsaved(endpoint, call.payload)):
            return unsaved
        task = self._task(endpoint, call)
        if not call.faults:
            return self._begin(endpoint, task, call)
        rules = [rule for faults in call.faults for rule in faults.at_create(endpoint.key, task.id)]
        return self._begin_faulty(endpoint, task, call, rules)

    def _begin_faulty(self, endpoint: Endpoint, task: Task, call: Call, rules: Sequence[Rule]) -> Response:
        from harness.mock.fault_rules import committed, spoilt  # lazily: most mocks have no faults

        scene = self.scene(self._earlier.get(endpoint.key))
        instead = committed(rules, scene)
        if instead is not None:
            return instead
        for rule in rules:
            if rule.fault.change is not None:
                task = rule.fault.change(task)
        begun = self._begin(endpoint, task, call)
        return spoilt(begun, rules, scene) if begun.status == 200 else begun

    def scene(self, earlier: Response | None = None) -> Scene:
        """What faults may want to know."""
        from harness.mock.fault_parts import Scene

        id_path = self._provider.profile.create.id_path
        return Scene(answers=self._answers, clock=self._clock, id_path=id_path, earlier=earlier)

    def _begin(self, endpoint: Endpoint, task: Task, call: Call) -> Response:
        """The answer to a valid create: the task is begun and charged where limits and credits allow it."""
        now_s = self._clock.now()
        self.tasks.advance(now_s)  # refunds that are due come before the question what is left
        refused = self.account.refuses(task.group, task.credits, now_s)
        if refused == "quota":
            return self._answers.plain(429, QUOTA)
        if refused == "credits":
            return self._answers.plain(400, NO_CREDITS)
        try:
            task = self.tasks.add(task, now_s)
        except Full:
            return self._answers.plain(503, FULL, doc_url=False)
        self.account.charge(task, self._clock.utc().date())
        answer = self._earlier[endpoint.key] = json_response(self._bodies.created(endpoint, task, call.payload))
        return answer

    def _issues(self, endpoint: Endpoint, payload: Json) -> tuple[Issue, ...]:
        contract = self._provider.contract
        if contract is None:
            return ()
        found = contract.validate(endpoint, payload)
        return found or asset_issues(contract, endpoint, payload, self.uploads, self._clock.now())

    def _unsaved(self, endpoint: Endpoint, payload: JsonObject) -> Response | None:
        """The refusal of a body that names what the account has not saved."""
        contract = self._provider.contract
        for field, value in payload.items() if contract else ():
            rule = contract.rule(endpoint, payload, field) if contract else None
            facts = rule.schema.get("x-saved") if rule else None
            if facts and value not in (self._saved or ()):
                return self._answers.unsaved(facts)
        return None

    def _task(self, endpoint: Endpoint, call: Call) -> Task:
        """The task that this body makes; it depends on nothing but seed, route, body and how often it came."""
        payload = call.payload
        digest = hashlib.sha256(call.body).digest()
        identity = self.tasks.next_identity(self._seed, call.request.path, digest)
        kind = cast("Kind", endpoint.kind or "video")
        files = shapes(kind, payload, self._provider.media(endpoint, payload))
        queue_s, render_s = times(identity, kind, files[0].duration_s)
        price = self._provider.price(endpoint, payload)
        model = payload.get("model")
        return Task(
            id=identity.id,
            route=endpoint.poll_path,
            group=model if isinstance(model, str) and model in endpoint.models else endpoint.key,
            created_s=self._clock.now(),
            created_at=self._clock.utc().isoformat(timespec="milliseconds").replace("+00:00", "Z"),
            queue_s=queue_s,
            render_s=render_s,
            credits=math.ceil(price or 0),
            shapes=files,
        )

    def _poll(self, call: Call) -> Response:
        now_s = self._clock.now()
        task = self._named(call, now_s)
        if task is None:
            return self._answers.no_task()
        seen = phase(task, now_s)
        urls = []
        if seen.state is TaskState.SUCCEEDED:
            now, base_url = self._clock.utc(), call.request.base_url
            if task.quirks.stale_urls:
                now -= timedelta(seconds=LIFETIME_S)
                self.tasks.replace(replace(task, quirks=task.quirks._replace(stale_urls=False)))
            urls = [self.outputs.url(base_url, task.id, index, shape, now) for index, shape in enumerate(task.shapes)]
        return json_response(self._bodies.polled(task, seen, urls))

    def _cancel(self, call: Call) -> Response:
        now_s = self._clock.now()
        task = self._named(call, now_s)
        if task is None:
            return self._answers.no_task()
        seen = self.tasks.remove(task.id, now_s)
        if seen is not None and not seen.state.final and seen.state is not TaskState.RUNNING:
            self.account.refund(task, self._clock.utc().date())
        return _GONE

    def _named(self, call: Call, now_s: float) -> Task | None:
        """The task that a route names. Each kind of task is only to be had where it is polled."""
        task = self.tasks.get(call.names.get("id", ""), now_s)
        elsewhere = call.route.path in self._polled and task is not None and task.route != call.route.path
        return None if elsewhere else task

    def _ended(self, task: Task, ends_s: float) -> None:
        if task.ending.refunded:
            ago = timedelta(seconds=self._clock.now() - ends_s)
            self.account.refund(task, (self._clock.utc() - ago).date())

    def _organization(self, call: Call) -> Response:
        places = self._provider.profile.account
        assert places is not None
        now_s = self._clock.now()
        self.tasks.advance(now_s)
        known: dict[str, Json] = {}
        if places.balance_path:
            known[places.balance_path] = self.account.balance
        if places.models_path:
            keys = (places.concurrent_key, places.daily_key)
            known[places.models_path] = {
                model: {key: value for key, value in zip(keys, values, strict=True) if key}
                for model, values in self.account.limits().items()
            }
        if places.used_path and places.used_daily_key:
            used = {model: self.account.generations(model, now_s) for model in self.account.models}
            known[places.used_path] = {model: {places.used_daily_key: count} for model, count in used.items()}
        hints = {"maxMonthlyCreditSpend": self.account.monthly_credits}
        return json_response(self._bodies.told(call.route.operation, known, hints))

    def _document(self, call: Call) -> Response:
        """A route that only the contract knows: usage, uploads; anything else is answered with a made-up body."""
        operation = call.route.operation
        issues = self._broken(operation, call.payload)
        if issues:
            return self._answers.invalid(issues)
        match operation.get("operationId"):
            case "organization_usage":
                return self._usage(call)
            case "uploads_create":
                return self._announce(call)
            case _:
                return json_response(self._bodies.told(operation, EMPTY, EMPTY))

    def _broken(self, operation: JsonObject, payload: Json) -> tuple[Issue, ...]:
        """What the contract's schema of the route finds wrong with a body."""
        contract = self._provider.contract
        content = operation.get("requestBody", EMPTY).get("content", EMPTY)
        if contract is None or payload is None or not content:
            return ()
        schema = contract.resolve(content.get("application/json", EMPTY).get("schema", EMPTY))
        return Checker(Schemas(contract.document), schema, utf16=True).issues(payload)

    def _usage(self, call: Call) -> Response:
        self.tasks.advance(self._clock.now())
        period = usage_period(call.payload, self._clock.utc().date())
        if isinstance(period, str):
            issue = Issue(kind="rule", path=(period,), value=call.payload.get(period), text="Invalid date")
            return self._answers.invalid((issue,))
        return json_response(self.account.usage(*period))

    def _announce(self, call: Call) -> Response:
        filename = call.payload["filename"]
        issue = filename_issue(filename)
        if issue is not None:
            return self._answers.invalid((issue,))
        upload = self.uploads.announce(filename, self._clock.now())
        url = f"{call.request.base_url}{UPLOADS}{upload.id}"
        return json_response({"runwayUri": upload.uri, "uploadUrl": url, "fields": {"key": upload.key}})
