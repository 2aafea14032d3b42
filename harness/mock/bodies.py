"""The mock's good answers: what is known of a task, in the shape that the contract (else the profile) gives it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from harness.mock.tasks import Phase, Task
from harness.model import EMPTY, Json, JsonObject, TaskState
from harness.provider import Endpoint, Provider

_BOOLEANS: Final = {"true": True, "false": False}
#: The key of a workflow's outputs, where a contract wants them by node.
_NODE: Final = "00000000-0000-4000-8000-000000000001"
_DEPTH: Final = 8


class Bodies:
    """Writes the answers to creates and polls of one provider."""

    def __init__(self, provider: Provider) -> None:
        self._provider = provider
        self._profile = provider.profile
        self._words = {state: _word(provider, state) for state in TaskState}
        self._forms: dict[tuple[str, TaskState], JsonObject | None] = {}

    def created(self, endpoint: Endpoint, task: Task, payload: Json) -> JsonObject:
        """The answer to the create of a task."""
        create = self._profile.create
        known: dict[str, Json] = {create.id_path: task.id}
        if create.estimated_path:
            known[create.estimated_path] = task.credits
        contract = self._provider.contract
        schema = contract.response_schema(endpoint) if contract else EMPTY
        if not schema:
            return _written(known)
        shape = task.shapes[0] if task.shapes else None
        hints: dict[str, Json] = {"provider": self._profile.name}
        if not endpoint.models:
            hints["model"] = self._routed_model(endpoint, task)
        if shape:
            hints |= {"ratio": f"{shape.width}:{shape.height}", "resolution": f"{min(shape.width, shape.height)}p"}
            hints["duration"] = plain_seconds(shape.duration_s)
        return self.filled(schema, known, {**hints, **_named_values(payload)})

    def polled(self, task: Task, phase: Phase, urls: Sequence[str]) -> JsonObject:
        """The answer to a poll that finds the task in this phase."""
        form = self._form(task.route, phase.state)
        known = dict(self._facts(task, phase, urls, form))
        return _written(known) if form is None else self.filled(form, known, {"createdAt": task.created_at})

    def told(self, operation: JsonObject, known: Mapping[str, Json], hints: Mapping[str, Json]) -> JsonObject:
        """The answer to any other route: by the schema of its 200, else what is known alone."""
        schema = self._answer_schema(operation)
        return self.filled(schema, known, hints) if schema else _written(known)

    def _facts(
        self, task: Task, phase: Phase, urls: Sequence[str], form: JsonObject | None
    ) -> Iterator[tuple[str, Json]]:
        poll = self._profile.poll
        yield self._profile.create.id_path, task.id
        yield poll.state_path, self._words[phase.state]
        if phase.state is TaskState.RUNNING and poll.progress_path:
            yield poll.progress_path, phase.progress
        if phase.state is TaskState.SUCCEEDED and poll.output_path:
            yield poll.output_path, _output(poll.output_path, urls, form)
        if phase.state is TaskState.FAILED:
            if poll.failure_path and task.ending.failure is not None:
                yield poll.failure_path, task.ending.failure
            if poll.failure_code_path and task.ending.failure_code is not None:
                yield poll.failure_code_path, task.ending.failure_code
        if phase.state.final and poll.charged_path:
            yield poll.charged_path, 0 if task.ending.refunded else task.credits
        if not phase.state.final and poll.estimated_path:
            yield poll.estimated_path, task.credits

    def _form(self, route: str, state: TaskState) -> JsonObject | None:
        """The contract's schema of a task in this state; None where the contract has none."""
        key = (route, state)
        if key not in self._forms:
            self._forms[key] = self._read_form(route, self._words[state])
        return self._forms[key]

    def _read_form(self, route: str, word: Json) -> JsonObject | None:
        contract = self._provider.contract
        if contract is None:
            return None
        paths: JsonObject = contract.document.get("paths", EMPTY)
        item = paths.get(route) or paths.get(self._profile.poll.path) or EMPTY
        schema = self._answer_schema(item.get(self._profile.poll.method.lower(), EMPTY))
        forms = [contract.resolve(form) for form in schema.get("oneOf") or schema.get("anyOf") or ()]
        for form in forms or [schema]:
            state = contract.resolve(form.get("properties", EMPTY).get(self._profile.poll.state_path, EMPTY))
            if state.get("const") == word or word in state.get("enum", ()) or not forms:
                return form or None
        return None

    def _answer_schema(self, operation: JsonObject) -> JsonObject:
        contract = self._provider.contract
        if contract is None:
            return EMPTY
        answer = contract.resolve(operation.get("responses", EMPTY).get("200", EMPTY))
        return contract.resolve(answer.get("content", EMPTY).get("application/json", EMPTY).get("schema", EMPTY))

    def _routed_model(self, endpoint: Endpoint, task: Task) -> str:
        """The model that a router might choose: the first of the endpoint with most models for the same output."""
        same = [other for other in self._provider.endpoints.values() if other.models and other.kind == endpoint.kind]
        widest = max(same, key=lambda other: len(other.models), default=endpoint)
        return widest.models[0] if widest.models else task.group

    def filled(self, schema: JsonObject, known: Mapping[str, Json], hints: Mapping[str, Json]) -> JsonObject:
        """An object of that schema: what is known (by dotted place), and made-up values for what else must be there.

        `hints` name better values than made-up ones. What is known and not in the schema is left out.
        """
        return self._object(schema, known, hints, "", 0)

    def _object(
        self, schema: JsonObject, known: Mapping[str, Json], hints: Mapping[str, Json], prefix: str, depth: int
    ) -> JsonObject:
        contract = self._provider.contract
        assert contract is not None
        required = schema.get("required", ())
        body: dict[str, Json] = {}
        for name, part in schema.get("properties", EMPTY).items():
            place = prefix + name
            found = _known_at(known, place)
            if found is not None:
                body[name] = found
            elif name in required or any(path.startswith(f"{place}.") for path in known):
                inner = contract.resolve(part)
                if inner.get("properties") and depth < _DEPTH:
                    body[name] = self._object(inner, known, hints, f"{place}.", depth + 1)
                else:
                    body[name] = _sample(inner, hints.get(name))
        return body


def put(body: dict[str, Json], path: str, value: Json) -> dict[str, Json]:
    """The body with a value at a dotted place; numbers and `*` on the way make lists.

    >>> put(put({}, "data.id", 7), "data.videos.*.url", ["a", "b"])
    {'data': {'id': 7, 'videos': [{'url': 'a'}, {'url': 'b'}]}}
    >>> put({}, "output.0", "a")
    {'output': ['a']}
    """
    step, _, rest = path.partition(".")
    following = rest.partition(".")[0]
    if not rest:
        body[step] = value
    elif following == "*":
        after = rest.partition(".")[2]
        items = value if isinstance(value, list) else [value]
        body[step] = [put({}, after, item) for item in items] if after else items
    elif following.isdecimal():
        after = rest.partition(".")[2]
        body[step] = [put({}, after, value) if after else value]
    else:
        inner = body.get(step)
        body[step] = put(inner if isinstance(inner, dict) else {}, rest, value)
    return body


def _written(known: Mapping[str, Json]) -> JsonObject:
    body: dict[str, Json] = {}
    for path, value in known.items():
        put(body, path, value)
    return body


def _known_at(known: Mapping[str, Json], place: str) -> Json | None:
    """What is known at a place: "routing.estimatedCost.credits" is an "estimatedCost.credits" too."""
    if place in known:
        return known[place]
    if "." not in place:
        return None
    return next((value for path, value in known.items() if "." in path and place.endswith(f".{path}")), None)


def _output(path: str, urls: Sequence[str], form: JsonObject | None) -> Json:
    """The addresses as the contract's schema wants them: by node, one alone, or a list."""
    schema: JsonObject = (form or EMPTY).get("properties", EMPTY).get(path, EMPTY)
    if schema.get("type") == "object":
        return {_NODE: list(urls)}
    last = path.rpartition(".")[2].lower()
    alone = schema.get("type") == "string" or last.isdecimal() or last.endswith(("url", "uri"))
    return urls[0] if alone and urls and "*" not in path else list(urls)


def _named_values(payload: Json) -> Mapping[str, Json]:
    """The payload's values by name, those inside its objects too: a router repeats what it was asked for."""
    if not isinstance(payload, Mapping):
        return EMPTY
    found: dict[str, Json] = {}
    for value in payload.values():
        if isinstance(value, Mapping):
            found |= value
    return {**found, **payload}


def _sample(schema: JsonObject, hint: Json) -> Json:
    """A value of that schema: the hint where it fits."""
    if "const" in schema:
        return schema["const"]
    allowed = schema.get("enum")
    if allowed:
        return hint if hint in allowed else allowed[0]
    stated = schema.get("type", "string")
    kind = stated if isinstance(stated, str) else next((word for word in stated if word != "null"), "null")
    if kind == "string":
        return hint if isinstance(hint, str) else "auto"
    if kind in {"number", "integer"}:
        return hint if isinstance(hint, int | float) and not isinstance(hint, bool) else schema.get("minimum", 0)
    return {"boolean": False, "array": [], "object": {}}.get(kind)


def plain_seconds(seconds: float) -> float:
    """Whole seconds as a whole number."""
    return int(seconds) if seconds.is_integer() else seconds


def _word(provider: Provider, state: TaskState) -> Json:
    """The provider's word for a state: as its profile spells it, else the state's own name where it means the state."""
    profile = provider.profile
    word = profile.words.get(state)
    if word is None and profile.words and {own.casefold() for own in profile.words.values()} <= _BOOLEANS.keys():
        word = next((own for meant, own in profile.words.items() if meant.final is state.final), None)
    if word is None:
        usual = state.value.casefold()
        if profile.states.get(usual) is state:
            return state.value
        word = next((other for other, meant in profile.states.items() if meant is state), usual)
    return _BOOLEANS.get(word.casefold(), word)
