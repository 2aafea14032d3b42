"""A cause in sentences, in both languages."""

from __future__ import annotations

from typing import Any

import pytest

from harness import words
from harness.diagnose.found import Found, Suggestion
from harness.diagnose.telling import sentences
from harness.model import Phrase, replace
from harness.provider import ABSENT

SHAPE = Suggestion(
    changes={"ratio": "720:1280"},
    patch=({"op": "replace", "path": "/ratio", "value": "720:1280"},),
    works=True,
    accepted=True,
    task="d8b0",
    sent="v-1",
    reason=Phrase(key="propose.same_shape", params={"to": "ratio=720:1280", "field": "ratio"}),
)
NULL = replace(
    SHAPE, changes={"seed": ABSENT}, reason=Phrase(key="propose.leave_out_null", params={"to": "", "field": "seed"})
)
FOUND = Found(
    kind="refused",
    scenario="s",
    code="PARAM.VALUE",
    causes=({"ratio": "9:16"},),
    confidence="minimal",
    status="explained",
    explains=("v-2", "v-3"),
    numbers=(2, 3),
    suggestion=SHAPE,
)


def paragraph(found: Found, lang: str = "en") -> str:
    return " ".join(words.say(sentence, lang) for sentence in sentences(found))


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        pytest.param(
            {},
            "ratio=9:16 is refused (2 rows). It wants pixels: 720:1280 is the same shape and was accepted (task d8b0). "
            "Explains v-2, v-3.",
            id="proven",
        ),
        pytest.param(
            {"suggestion": replace(SHAPE, works=None, accepted=False), "confidence": "ranked"},
            "ratio=9:16 is the likeliest cause of 2 refusals (not proven). "
            "It wants pixels: 720:1280 is the same shape. Explains v-2, v-3.",
            id="ranked, not tried",
        ),
        pytest.param(
            {"suggestion": replace(SHAPE, works=False, accepted=False)},
            "ratio=9:16 is refused (2 rows). It wants pixels: 720:1280 is the same shape. Sent so, it is refused too. "
            "Explains v-2, v-3.",
            id="refused too",
        ),
        pytest.param(
            {"causes": ({"seed": None, "duration": ABSENT},), "suggestion": replace(NULL, works=None)},
            "seed=null + no duration is refused (2 rows). Leave seed out: it is optional, and null is no value. "
            "That was sent and accepted (task d8b0); its end was not seen. Explains v-2, v-3.",
            id="two parts, end not seen",
        ),
        pytest.param(
            {"suggestion": replace(NULL, works=False)},
            "ratio=9:16 is refused (2 rows). Leave seed out: it is optional, and null is no value. "
            "Sent so, it is accepted and does not end well (task d8b0). Explains v-2, v-3.",
            id="ends badly",
        ),
        pytest.param(
            {"explains": (), "numbers": (), "suggestion": None},
            "ratio=9:16 is refused too; no variant showed it, other refusals hid it.",
            id="hidden",
        ),
        pytest.param(
            {"explains": (), "numbers": (), "suggestion": None, "confidence": "ranked"},
            "ratio=9:16 is the likeliest cause of refusals that probes met (not proven); no variant showed it.",
            id="hidden, not proven",
        ),
        pytest.param(
            {"suggestion": None, "since": "20261121-101500-7f3a", "explains": tuple(f"v-{n}" for n in range(12))},
            "ratio=9:16 is refused (12 rows). It was accepted in the run 20261121-101500-7f3a. "
            "Explains v-0, v-1, v-2, v-3, v-4, v-5, v-6, v-7, v-8, v-9 and 2 more.",
            id="drift, many rows",
        ),
        pytest.param(
            {"kind": "not_honoured", "suggestion": None},
            "ratio=9:16 is accepted and not honoured (2 rows): the likeliest cause, not proven. Explains v-2, v-3.",
            id="not honoured",
        ),
        pytest.param(
            {"kind": "undocumented", "causes": ({"watermark": True}, {"watermark": False}), "suggestion": None},
            "watermark is accepted but not documented (2 rows): it may be ignored. Explains v-2, v-3.",
            id="undocumented",
        ),
        pytest.param(
            {"kind": "undocumented", "causes": ({"duraton": 5},), "suggestion": None, "meant": "duration"},
            "duraton is accepted but not documented (2 rows): it may be ignored. Did you mean duration? "
            "Explains v-2, v-3.",
            id="undocumented and mistyped",
        ),
    ],
)
def test_the_paragraph_of_a_cause(changed: dict[str, Any], text: str) -> None:
    found = replace(FOUND, **changed)
    assert paragraph(found) == text
    assert paragraph(found, "ru") != text


def test_what_a_scenario_writes_is_text() -> None:
    hostile = replace(FOUND, causes=({"ratio": "\x1b[31mred\n"},), suggestion=None)
    assert "\x1b" not in paragraph(hostile)
    assert "\n" not in paragraph(hostile)
