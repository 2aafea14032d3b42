"""What the localiser asks for and what it finds."""

from __future__ import annotations

from typing import Literal, TypeAlias

from msgspec import Struct

from harness.diagnose.evidence import Items, Row

#: split: tells hypotheses apart · certificate: the cause alone, on an accepted row · part: a smaller part of the cause
#: · residual: the row without its known causes · repeat: a doubtful refusal again · fallback: search without hypotheses
#: · recover: pairs that only refused rows hold
Purpose: TypeAlias = Literal["split", "certificate", "part", "residual", "repeat", "fallback", "recover"]
Confidence: TypeAlias = Literal["ranked", "certified", "minimal"]
#: explained: every cause found · partly: there is another, not found · ranked: not proven within the budget · spurious:
#: the row was accepted when it was sent again · unexplained: nothing fits
Status: TypeAlias = Literal["explained", "partly", "ranked", "spurious", "unexplained"]


class Probe(Struct, frozen=True, kw_only=True):
    """A row to send next. It was never sent before, unless `purpose` is repeat or its last answer was transient."""

    row: Row
    purpose: Purpose


class Cause(Struct, frozen=True, kw_only=True):
    """A combination of levels that the API refuses.

    ranked: the likeliest by what was sent · certified: refused, too, in rows that share nothing else with the row it
    was found in (`refused`) · minimal: besides, each part that lacks one member lies in an accepted row (`accepted`).
    `share` is the weight of the hypothesis among all, 0 to 1.
    """

    items: Items
    confidence: Confidence
    share: float
    refused: tuple[Row, ...] = ()
    accepted: tuple[Row, ...] = ()


class Verdict(Struct, frozen=True, kw_only=True):
    """Why one row was refused. `elsewhere` are causes that probes ran into and that the row itself does not hold.

    `context` are factors on which no accepted row differs: nothing can be said of them.

    `others` are further hypotheses that could not be told from the causes, likeliest first, with their shares.
    """

    row: Row
    status: Status
    causes: tuple[Cause, ...]
    elsewhere: tuple[Cause, ...] = ()
    context: tuple[int, ...] = ()
    others: tuple[tuple[Items, float], ...] = ()
    probes: tuple[Row, ...] = ()
    accepted_probes: int = 0
