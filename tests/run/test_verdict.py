from __future__ import annotations

import pytest

from harness.model import Judgement, Verdict
from harness.run.verdict import exit_code_of

P, F, U, E, S = Verdict.PASS, Verdict.FAIL, Verdict.INCONCLUSIVE, Verdict.ERROR, Verdict.SKIPPED


@pytest.mark.parametrize(
    ("verdicts", "flags", "expected"),
    [
        ([P, P], {}, 0),
        ([P, S], {}, 0),
        ([P, F], {}, 1),
        ([F, U], {}, 1),
        ([P, U], {}, 4),
        ([P, S], {"stopped": True}, 4),
        ([S, S], {"stopped": True}, 4),
        ([F, S], {"stopped": True}, 1),
        ([P, F, E], {}, 3),
        ([F, S], {"systemic": True}, 3),
        ([P, P], {"interrupted": True}, 130),
        ([E, F], {"interrupted": True, "systemic": True}, 130),
        ([S, S], {}, 5),
        ([], {}, 5),
    ],
)
def test_exit_code(verdicts: list[Verdict], flags: dict[str, bool], expected: int) -> None:
    judgements = [Judgement(variant_id=f"v-{number}", verdict=verdict) for number, verdict in enumerate(verdicts)]
    assert exit_code_of(judgements, **flags) == expected
