"""What was sent and what came of it, and the causes that were found in it: the records of a diagnosis."""

from __future__ import annotations

from typing import Final, Literal, TypeAlias

from msgspec import Struct

from harness.diagnose.records import Confidence
from harness.model import Finding, Json, JsonObject, Judgement, Outcome, Phrase, TaskState, Variant, Verdict

#: refused: the API does not take it · not_honoured: taken, and the output is not what was asked for · undocumented:
#: taken, and no contract knows the key
Kind: TypeAlias = Literal["refused", "not_honoured", "undocumented"]

#: Findings about something else than the payload: such an answer is no evidence.
_ELSEWHERE: Final = ("AUTH.", "CREDIT.", "QUOTA.", "PROVIDER.", "REQUEST.", "NETWORK.", "OURS.")
#: What an output is not as it was asked for.
DISHONOURED: Final = frozenset({"OUTPUT.RATIO", "OUTPUT.DURATION"})


class Seen(Struct, frozen=True, kw_only=True):
    """One payload that was sent, a variant's or a probe's. `number` is the variant's in the plan, from 1; 0 of a probe.

    `variant.payload` has stand-ins for pictures that are drawn for it, as the scenario's baseline has.
    """

    variant: Variant
    outcome: Outcome
    judgement: Judgement
    number: int = 0

    @property
    def refused(self) -> bool:
        """True when the payload itself was refused, and nobody expected it."""
        status = self.outcome.http_status
        return (
            self.judgement.verdict is Verdict.FAIL
            and self.outcome.task_id is None
            and status is not None
            and 400 <= status < 500
            and not self.elsewhere
        )

    @property
    def elsewhere(self) -> bool:
        """True when the answer was about the account, the provider or the moment, not the payload."""
        return self.outcome.task_id is None and any(
            found.code.startswith(_ELSEWHERE) for found in self.judgement.findings
        )

    @property
    def works(self) -> bool | None:
        """True when it was accepted and seen to end well, False when it was seen not to, None when nobody saw."""
        outcome, verdict = self.outcome, self.judgement.verdict
        if outcome.task_id is None:
            return False if outcome.http_status is not None and verdict is Verdict.FAIL and not self.elsewhere else None
        if verdict is Verdict.FAIL:
            return False
        return True if verdict is Verdict.PASS and outcome.task_state is TaskState.SUCCEEDED else None

    def finding(self, code: str) -> Finding | None:
        """The first finding of this code."""
        return next((found for found in self.judgement.findings if found.code == code), None)


class Suggestion(Struct, frozen=True, kw_only=True):
    """What to send instead: dotted keys → values (ABSENT: leave it out), as a JSON patch of the row it was made for.

    `works`: as of `Seen`; `task` and `sent` are the task and the id of the payload in which it was seen.
    """

    changes: JsonObject
    patch: tuple[JsonObject, ...]
    works: bool | None = None
    accepted: bool = False
    task: str | None = None
    sent: str | None = None
    reason: Phrase


class Found(Struct, frozen=True, kw_only=True):
    """One cause, for reports. `causes` are dotted keys → values, each object a whole cause (one, but of kind
    undocumented: there each value of the key).

    `explains` and `numbers` are the ids and numbers of the variants that it explains, `partly` of those the ones in
    which something is left to explain. `refused` and `accepted` are the ids of what proves it, `probes` what was sent
    to find it. `since`: the run in which a variant that it explains was accepted. `meant`: the key that one that no
    contract knows may stand for.
    """

    kind: Kind
    scenario: str
    code: str
    causes: tuple[JsonObject, ...]
    confidence: Confidence
    status: str
    explains: tuple[str, ...]
    numbers: tuple[int, ...]
    partly: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    probes: tuple[str, ...] = ()
    suggestion: Suggestion | None = None
    since: str | None = None
    said: str | None = None
    meant: str | None = None

    def parts(self) -> tuple[tuple[str, Json], ...]:
        """The keys and values of the (first) cause."""
        return tuple(self.causes[0].items())
