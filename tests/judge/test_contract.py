"""The mock's answers to wrong bodies of every model, judged: the field is named, and what is proposed is accepted."""

import json
from collections.abc import Iterator
from typing import Any

import pytest

from harness.judge import judge
from harness.mock.answers import Answers
from harness.model import Finding, Json, Outcome, Proposal, Source, Variant, Verdict
from harness.provider import ABSENT, Endpoint, Provider
from harness.provider.examples import full

ENDPOINTS = ("image_to_video", "text_to_image", "text_to_speech", "character_performance")
WRONG: tuple[Json, ...] = (
    ABSENT,
    None,
    "9:16",
    "720x1280",
    "5",
    5.5,
    -1,
    10**6,
    {},
    "",
    "x" * 3000,
    ["a"],
    "gen4-turbo",
)


def wrong_bodies(provider: Provider, endpoint: Endpoint) -> Iterator[tuple[str, dict[str, Any]]]:
    assert provider.contract is not None
    for model in endpoint.models or (None,):
        good = full(provider.contract, endpoint, model)
        for field in [*good, "no_such_key"]:
            for value in WRONG:
                body = {**good, field: value}
                if value is ABSENT:
                    del body[field]
                yield field, body


def applied(body: dict[str, Any], proposal: Proposal) -> dict[str, Any]:
    changed: dict[str, Any] = json.loads(json.dumps(body))
    *parents, last = proposal.field.split(".")
    inside: Any = changed
    for part in parents:
        inside = inside[int(part) if isinstance(inside, list) else part]
    place = int(last) if isinstance(inside, list) else last
    if proposal.remove:
        del inside[place]
    else:
        inside[place] = proposal.value
    return changed


def about(finding: Finding, field: str) -> bool:
    return finding.field is not None and finding.field.split(".")[0] == field


@pytest.mark.thorough
@pytest.mark.parametrize("key", ENDPOINTS)
def test_every_wrong_body_of_today(key: str, runway: Provider) -> None:
    check(runway, runway.endpoints[key])


def test_every_wrong_body_of_2025(runway_2025: Provider) -> None:
    check(runway_2025, runway_2025.endpoints["image_to_video"])


def check(provider: Provider, endpoint: Endpoint) -> None:
    assert provider.contract is not None
    answers = Answers(provider)
    proposals = 0
    for field, body in wrong_bodies(provider, endpoint):
        issues = provider.contract.validate(endpoint, body)
        if not issues:
            continue
        response = answers.invalid(issues)
        outcome = Outcome(variant_id="v-1", http_status=response.status, response=json.loads(response.body))
        variant = Variant(
            id="v-1", scenario="s", endpoint=endpoint.key, name="n", source=Source(file="a.yaml"), payload=body
        )

        judgement = judge(variant, outcome, provider)

        assert judgement.verdict is Verdict.FAIL
        # A rule between fields may blame the other one.
        blamed = field if all(issue.kind != "rule" for issue in issues) else str(issues[0].path[0])
        assert any(about(finding, blamed) for finding in judgement.findings), (field, response.body)
        for proposal in (finding.proposal for finding in judgement.findings):
            if proposal is not None:
                proposals += 1
                left = provider.contract.validate(endpoint, applied(body, proposal))
                assert not [issue for issue in left if ".".join(map(str, issue.path)) == proposal.field], proposal
    assert proposals > 20
