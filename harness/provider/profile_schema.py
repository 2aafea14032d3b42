"""The JSON Schema of a profile.yaml: what each key is for stands in its description."""

from __future__ import annotations

from typing import Final

from harness.model import Json, JsonObject, TaskState

_PATTERN_DOTTED: Final = r"^[^.]+(\.[^.]+)*$"


def _text(title: str, description: str = "", **more: Json) -> JsonObject:
    return {"type": "string", "minLength": 1, "title": title, "description": description, **more}


def _place(description: str) -> JsonObject:
    """A dotted place in an answer: estimatedCost.credits, output.0, data.videos.*.url."""
    return _text("a dotted place such as data.task_id", description, pattern=_PATTERN_DOTTED)


def _path(description: str) -> JsonObject:
    return _text('a path that starts with "/"', description, pattern="^/")


def _amount(description: str) -> JsonObject:
    return {"type": "number", "minimum": 0, "description": description}


def _seconds(description: str) -> JsonObject:
    return {"type": "number", "minimum": 0, "title": "a number of seconds", "description": description}


def _some(title: str, description: str) -> JsonObject:
    """One text, or a list of them."""
    one = _text(title)
    forms = [one, {"type": "array", "items": one, "minItems": 1}]
    return {"title": f"{title} or a list of them", "description": description, "anyOf": forms}


def _closed(properties: JsonObject, *required: str, description: str = "") -> JsonObject:
    return {
        "type": "object",
        "properties": properties,
        "required": list(required),
        "additionalProperties": False,
        "description": description,
    }


_METHOD: Final = {"enum": ["GET", "POST", "PUT", "PATCH", "DELETE"], "description": "the HTTP method"}

_SCALAR: Final[JsonObject] = {"type": ["string", "number", "boolean"]}
_CONDITION: Final[JsonObject] = {
    "title": "a value, a list of values, or {present: true}",
    "anyOf": [
        _SCALAR,
        {"type": "array", "items": _SCALAR, "minItems": 1},
        _closed({"present": {"type": "boolean"}}, "present"),
    ],
}

_SCOPE: Final[JsonObject] = {
    "endpoint": _some("the key of an endpoint", "the endpoints that the rule is for; all without it"),
    "model": _some("a model", "the models that the rule is for; all without it"),
    "when": {
        "type": "object",
        "additionalProperties": _CONDITION,
        "description": "what fields must be for the rule to fit: a value, several, or {present: true}",
    },
    "unstated": {
        "type": "object",
        "additionalProperties": _SCALAR,
        "description": "what a field counts as that neither the payload nor the contract's default states",
    },
}

_PRICE: Final = _closed(
    {
        **_SCOPE,
        "flat": _amount("credits whatever the payload"),
        "per_second": _amount("credits for a second"),
        "seconds": _text("a field", "the field that states the seconds (default: duration)"),
        "longest_s": _seconds("no field states the seconds: the most that they can be"),
        "per_output": _amount("credits for a file"),
        "outputs": _text("a field", "the field that states how many files; one without it"),
        "per_chars": _closed(
            {
                "field": _text("a field"),
                "every": {"type": "integer", "minimum": 1},
                "credits": _amount("credits for each begun `every` characters"),
            },
            "field",
            "every",
            "credits",
        ),
        "per_item": {
            "type": "array",
            "items": _closed(
                {
                    "field": _text("a field"),
                    "credits": _amount("credits for each item of the list"),
                    "without": _text("a key", "items that hold this key are free"),
                },
                "field",
                "credits",
            ),
        },
        "minimum": _amount("the least that is charged"),
    },
    description="the amounts add up; a rule without one says that the price is not known",
)

_MEDIA: Final = _closed(
    {
        **_SCOPE,
        "size": _text("a field", "the field that states width:height in pixels"),
        "aspect": _text("a field", "the field that states the shape (16:9), where it states no pixels"),
        "duration": _text("a field", "the field that states the seconds of the output"),
        "tolerance_s": _seconds("how far from it an output may be"),
    }
)

_ENDPOINT: Final = _closed(
    {
        "method": _METHOD,
        "path": _path("where tasks are created"),
        "poll_path": _path("where a task's state is asked for, with {id} (default: poll.path)"),
        "kind": {"enum": ["video", "image", "audio"], "description": "what comes out"},
        "models": {"type": "array", "items": _text("a model"), "description": "the models that it takes"},
    },
    "path",
)

SCHEMA: Final[JsonObject] = {
    "$schema": "https://json-schema.org/draft/2020-12/schema",
    "title": "a provider's profile",
    **_closed(
        {
            "name": _text("a short name", "how reports call the provider"),
            "title": _text("a name to show", "the provider's name in sentences (default: name)"),
            "base_url": _text(
                "an address that starts with http:// or https://",
                "the address that every path is added to",
                pattern="^https?://[^/?#\\s]+[^?#\\s]*$",
            ),
            "base_url_env": _text(
                "the name of an environment variable",
                "the variable from which the provider's own clients take another address; `harness mock` names it",
                pattern="^[A-Za-z_][A-Za-z0-9_]*$",
            ),
            "dollars_per_credit": _amount("what a credit costs, for `harness plan`"),
            "key": _closed(
                {
                    "env": _some("an environment variable", "the variables that may hold the key, in this order"),
                    "pattern": _text("a regular expression", "what keys look like: a hint, never a reason to stop"),
                },
                description="where the key comes from; a provider without it needs none",
            ),
            "headers": {
                "type": "object",
                "additionalProperties": {"type": "string"},
                "description": "sent with every request; {key} stands for the key",
            },
            "create": _closed(
                {
                    "id": _place("the task's id"),
                    "estimated": _place("the estimated credits"),
                    "retry": {
                        "type": "array",
                        "items": {"type": "integer", "minimum": 400, "maximum": 599, "title": "a status such as 429"},
                        "minItems": 1,
                        "title": "a list of statuses such as [429]",
                        "description": "statuses after which surely nothing was accepted: the create is sent again",
                    },
                },
                description="where the answer of a create keeps what",
            ),
            "poll": _closed(
                {
                    "method": _METHOD,
                    "path": _path("the route of a task, with {id}"),
                    "state": _place("the word for the state (true and false are words too)"),
                    "progress": _place("the progress"),
                    "output": _place("the addresses of the files; * stands for every item"),
                    "failure": _place("what went wrong; a task with something there has failed"),
                    "failure_code": _place("the code of what went wrong"),
                    "charged": _place("the credits charged"),
                    "estimated": _place("the estimated credits"),
                },
                description="how a task is asked for, and where its answer keeps what",
            ),
            "cancel": _closed({"method": _METHOD, "path": _path("with {id}")}, "method", "path"),
            "account": _closed(
                {
                    "method": _METHOD,
                    "path": _path("the free request that tells balance and limits"),
                    "balance": _place("the credits that are left"),
                    "models": _place("an object: model → its limits"),
                    "concurrent": _text("a key", "in a model's limits: how many tasks may run at once"),
                    "daily": _text("a key", "in a model's limits: how many tasks a day"),
                    "used": _place("an object: model → its use"),
                    "used_daily": _text("a key", "in a model's use: how many tasks today"),
                },
                "path",
            ),
            "states": {
                "type": "object",
                "propertyNames": {"enum": [state.value for state in TaskState], "title": "a state of a task"},
                "additionalProperties": {
                    **_some("a word", ""),
                    "description": "the provider's words for the state, matched without case; its own spelling first",
                },
                "description": "words beside the common ones (queued, processing, succeeded, completed, …)",
            },
            "polling": _closed(
                {
                    "every_s": _seconds("between two polls"),
                    "jitter_s": _seconds("a poll may come this much earlier or later"),
                    "timeout_s": {
                        "type": "number",
                        "exclusiveMinimum": 0,
                        "title": "a number of seconds above 0",
                        "description": "after which a task is given up",
                    },
                    "least_s": _seconds("the least between two polls that the provider allows; a mock allows any"),
                }
            ),
            "errors": _closed(
                {
                    "message": _place("the text of a refusal"),
                    "issues": _place("its list of issues"),
                    "issue_field": _place("in an issue: the field"),
                    "issue_text": _place("in an issue: the text"),
                }
            ),
            "systemic": {
                "type": "array",
                "items": _closed(
                    {
                        "code": _text("a finding code such as AUTH.REFUSED", pattern="^[A-Z][A-Z0-9_.]*$"),
                        "status": {"type": "integer", "minimum": 100, "maximum": 599},
                        "text": _text("a part of the refusal's text"),
                    },
                    "code",
                ),
                "description": "refusals that every further request would meet too; the first that fits",
            },
            "endpoints": {
                "type": "object",
                "additionalProperties": _ENDPOINT,
                "description": "routes that create tasks, beside those of the contracts",
            },
            "contracts": {
                "type": "object",
                "additionalProperties": _text("a file", "an OpenAPI 3.1 document in JSON, relative to the profile"),
                "description": "version → file; the first is the default",
            },
            "contract": _text("a file", "a single contract, named by its own info.version"),
            "media": {
                "type": "array",
                "items": _MEDIA,
                "description": "what an output must be; the first that fits. Without it, `ratio` and `duration` count",
            },
            "prices": {"type": "array", "items": _PRICE, "description": "credits; the first that fits"},
        },
        "name",
        "base_url",
        description="Everything that is known of a provider. Only name, base_url and a route are needed.",
    ),
}
