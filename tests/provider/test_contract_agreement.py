"""Two validators that share no code must agree: ours (jsonschema-rs, per model) and `jsonschema` (the whole endpoint).

Texts stay in the basic plane: outside it the API counts UTF-16 units, and JSON Schema code points.
"""

from __future__ import annotations

import copy
import pathlib
from collections.abc import Callable
from functools import cache
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from harness.model import Json
from harness.provider import Contract, Endpoint, load
from harness.provider.examples import full, smallest
from tests.effort import examples

PROVIDER = load("runway", base=pathlib.Path())
assert PROVIDER.contract is not None
CONTRACT: Contract = PROVIDER.contract
ENDPOINTS = list(CONTRACT.endpoints.values())


@cache
def _other(key: str) -> Callable[[Json], bool]:
    """The whole endpoint's schema (all models) in the other library."""
    paths = CONTRACT.document["paths"].values()
    (operation,) = [item["post"] for item in paths if item.get("post", {}).get("operationId") == key]
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    validator = Draft202012Validator({**schema, "components": CONTRACT.document["components"]})
    accepts: Callable[[Json], bool] = validator.is_valid
    return accepts


#: "\n" is left out: in Python's regular expressions "$" stands before it, in the others it does not.
_CHARS = st.characters(max_codepoint=0xFFFF, exclude_categories=["Cs"], exclude_characters="\n")
_SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(min_value=-3, max_value=40),
    st.sampled_from([4294967295, 4294967296, 5.0, 5.5, -0.5, 1e300, 10**20]),
    st.sampled_from(["auto", "first", "last", "1280:720", "9:16", "720p", "image", "video", "", "x" * 1001, "mp4"]),
    st.sampled_from(["https://example.com/a.jpg", "runway://0123456789", "data:image/png;base64,AAAA", "http://x.y/z.jpg"]),
    st.text(_CHARS, max_size=8),
)  # fmt: skip
_KEYS = ["uri", "position", "type", "range", "seconds", "at", "model", "invented", "ratio", "tag"]
_VALUES = st.recursive(
    _SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(_KEYS), inner, max_size=3),
    max_leaves=4,
)


def _places(body: Json, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = body.items() if isinstance(body, dict) else enumerate(body) if isinstance(body, list) else ()
    return [path, *(place for step, item in inner for place in _places(item, (*path, step)))]


@st.composite
def _bodies(draw: st.DrawFn) -> tuple[Endpoint, Json]:
    """A valid body of some endpoint and model, changed in up to three places."""
    endpoint = draw(st.sampled_from(ENDPOINTS))
    tag = CONTRACT.rule(endpoint, {}, CONTRACT.tag(endpoint) or "")
    model = draw(st.sampled_from(tag.allowed)) if tag else None
    body: Any = copy.deepcopy(draw(st.sampled_from([full, smallest]))(CONTRACT, endpoint, model))
    for _ in range(draw(st.integers(0, 3))):
        place = draw(st.sampled_from(_places(body)))
        parent = body
        for step in place[:-1]:
            parent = parent[step]
        change = draw(st.sampled_from(["replace", "remove", "add", "double"]))
        if change == "replace" and place:
            parent[place[-1]] = draw(_VALUES)
        elif change == "remove" and place:
            del parent[place[-1]]
        elif change == "double" and isinstance(parent, list):
            parent.append(copy.deepcopy(parent[0]) if parent else draw(_VALUES))
        elif isinstance(parent, dict):
            parent[draw(st.sampled_from([*CONTRACT.fields(endpoint, model), *_KEYS]))] = draw(_VALUES)
    return endpoint, body


@given(_bodies())
@settings(max_examples=examples(600), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_both_validators_accept_and_refuse_the_same(case: tuple[Endpoint, Json]) -> None:
    endpoint, body = case
    issues = CONTRACT.validate(endpoint, body)
    assert (not issues) == _other(endpoint.key)(body), issues


@given(_bodies())
@settings(max_examples=examples(200), deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_issues_point_into_the_body_and_come_in_a_settled_order(case: tuple[Endpoint, Json]) -> None:
    endpoint, body = case
    issues = CONTRACT.validate(endpoint, body)
    turned = CONTRACT.validate(endpoint, dict(reversed(body.items())))
    assert [(issue.kind, issue.path) for issue in issues] == [(issue.kind, issue.path) for issue in turned]
    places = set(_places(body))
    for issue in issues:
        assert issue.path in places or issue.path[:-1] in places
        assert all(leaf.path[: len(issue.path)] == issue.path for leaf in issue.nearest)
