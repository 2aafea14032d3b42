"""Profiles and contracts with anything in them: read, or refused with mistakes; never a traceback."""

from __future__ import annotations

import copy
import json
import pathlib
import tempfile
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from harness import yamlio
from harness.errors import MistakesError
from harness.model import Json
from harness.provider import load
from harness.provider.profile_file import parse_profile
from tests.effort import examples

PROFILE: dict[str, Any] = yamlio.read(pathlib.Path(load("runway", base=pathlib.Path()).profile.file)).data
PROFILE = {
    **PROFILE,
    "prices": PROFILE["prices"][:2],
    "endpoints": {"make": {"path": "/a", "kind": "video", "models": ["m"]}},
}
CONTRACT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"version": "1", "x-errors": {"style": "zod4"}},
    "paths": {
        "/make": {
            "post": {
                "operationId": "make",
                "x-poll": "/a/{id}",
                "requestBody": {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/Body"}}}},
                "responses": {"200": {"content": {"application/json": {"schema": {"type": "object"}}}}},
            }
        }
    },
    "components": {
        "schemas": {
            "Body": {
                "oneOf": [{"$ref": "#/components/schemas/A"}],
                "discriminator": {"propertyName": "model", "mapping": {"a": "#/components/schemas/A"}},
            },
            "A": {
                "type": "object",
                "properties": {"model": {"const": "a"}, "n": {"anyOf": [{"type": "integer"}, {"enum": ["auto"]}]}},
                "allOf": [{"x-rule": "r", "x-path": ["n"], "x-text": "no", "if": {"required": ["n"]}, "then": {}}],
            },
        }
    },
}

BODIES: list[Json] = [{}, {"model": "a", "n": "x", "more": [1]}, {"model": "a", "n": 1}, [], None]

_VALUES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-2, 2),
    st.sampled_from([1e300, "", "(", "{id}", "/x", "a..b", "PENDING", "#/components/schemas/A", "#/nowhere", "wait"]),
    st.lists(st.sampled_from(["a", 1, None, {}]), max_size=2),
    st.dictionaries(st.sampled_from(["a", "$ref", "type", "present", "x-rule"]), st.sampled_from(["a", 1]), max_size=2),
)  # fmt: skip


def _places(node: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    return [path, *(place for step, item in inner for place in _places(item, (*path, step)))]


def _changed(data: st.DataObject, document: dict[str, Any]) -> Json:
    changed: Any = copy.deepcopy(document)
    for _ in range(data.draw(st.integers(1, 3))):
        place = data.draw(st.sampled_from(_places(changed)[1:] or [()]))
        if not place:
            return data.draw(_VALUES)
        parent = changed
        for step in place[:-1]:
            parent = parent[step]
        parent[place[-1]] = data.draw(_VALUES)
    return changed


@given(st.data())
@settings(max_examples=examples(150), deadline=None)
def test_a_profile_with_anything_in_it(data: st.DataObject) -> None:
    text = json.dumps(_changed(data, PROFILE))
    try:
        profile = parse_profile(yamlio.parse(text, file="profile.yaml"))
    except MistakesError:
        return
    assert profile.name
    profile.state({profile.poll.state_path: "x"})


@given(st.data())
@settings(max_examples=examples(150), deadline=None)
def test_a_contract_with_anything_in_it(data: st.DataObject) -> None:
    with tempfile.TemporaryDirectory() as folder:
        base = pathlib.Path(folder)
        (base / "openapi.json").write_text(json.dumps(_changed(data, CONTRACT)))
        (base / "profile.yaml").write_text("name: mine\nbase_url: http://127.0.0.1:9\ncontract: openapi.json\n")
        try:
            provider = load("profile.yaml", base=base)
        except MistakesError:
            return
        assert provider.contract is not None
        for endpoint in provider.endpoints.values():
            for body in BODIES:
                provider.contract.validate(endpoint, body)
                provider.contract.undocumented(endpoint, body)
                provider.contract.deprecated(endpoint, body)
                provider.contract.rule(endpoint, body, "n")
