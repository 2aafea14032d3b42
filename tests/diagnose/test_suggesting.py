"""What to send instead of a refused combination, where the refusal names nothing."""

from __future__ import annotations

from typing import Any

import pytest

from harness.diagnose.adapt import Levels
from harness.diagnose.found import Seen
from harness.diagnose.suggesting import change
from harness.matrix.differences import differences
from harness.model import Judgement, Outcome, Source, Variant, Verdict

BASE: dict[str, Any] = {"ratio": "9:16", "seed": 1, "duration": 5}


def variant(**more: Any) -> Variant:
    payload = {**BASE, **more}
    return Variant(
        id=f"v-{payload}",
        scenario="a",
        endpoint="make",
        name="a",
        source=Source(file="a.yaml"),
        payload=payload,
        levels=differences(BASE, payload),
    )


@pytest.mark.parametrize(
    ("accepted", "value"),
    [
        pytest.param([{"ratio": "1280:720"}], "1280:720", id="the-only-one"),
        pytest.param([{"ratio": "1280:720"}, {"ratio": "720:1280"}], "720:1280", id="of-the-same-shape"),
        pytest.param(
            [{"ratio": "1280:720"}, {"ratio": "720:1280", "seed": 2, "duration": 10}],
            "720:1280",
            id="the-shape-before-the-rest",
        ),
        pytest.param([{"ratio": "1280:720"}, {"ratio": "960:960"}], "960:960", id="the-nearest-shape"),
        pytest.param(
            [{"ratio": "1080:1920", "seed": 2}, {"ratio": "720:1280"}], "720:1280", id="the-rest-where-shapes-are-alike"
        ),
        pytest.param([{"ratio": "wide", "seed": 2}, {"ratio": "tall"}], "tall", id="no-shapes"),
    ],
)
def test_what_was_accepted_instead_keeps_the_shape(accepted: list[dict[str, Any]], value: str) -> None:
    refused, taken = variant(), [variant(**more) for more in accepted]
    levels = Levels(BASE, [refused, *taken])
    seen = Seen(
        variant=refused,
        outcome=Outcome(variant_id=refused.id, http_status=400),
        judgement=Judgement(variant_id=refused.id, verdict=Verdict.FAIL),
    )
    place = levels.factors.index("ratio")
    cause = ((place, levels.row(refused.payload)[place]),)

    made = change(cause, [seen], causes=[cause], levels=levels, accepted=[levels.row(one.payload) for one in taken])

    assert made is not None
    assert (made.proposal.field, made.proposal.value, made.payload["ratio"]) == ("ratio", value, value)
