"""What the journal of a run that broke off knows: what ended, which tasks exist, what nobody can know any more.

Nothing may be created twice: a variant is fired (again) only where the journal shows that nothing can have been
created. An intent without an answer is such a create that may have been accepted.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from msgspec import Struct, field

from harness.errors import UsageError
from harness.fire.journal import read
from harness.fire.records import outcome_from_json
from harness.judge import systemic
from harness.model import JsonObject, Outcome, Problem, RunPlan, TaskState, Until, replace
from harness.provider import Provider
from harness.words import told

#: Reasons of a skip that hold as long as the run is the same. After any other the variant is still to be fired.
_SKIPPED_FOR_GOOD: Final = frozenset({"skip.contract", "stop.failures"})
#: Refusals of the moment or of the account, which no variant is to blame for: nothing was created.
_NOT_NOW: Final = frozenset({401, 402, 429})


class Earlier(Struct, frozen=True, kw_only=True):
    """What is known of a run so far, by variant id. Who is neither in `ended` nor in `begun` was not fired.

    `ended`: outcomes that stand. `begun`: what is known of variants whose task is to be followed to its end. `lost`:
    those of `ended` that have no outcome in the journal yet. `wall_s`: real seconds that the run has taken so far.
    `exit_code` is None for a run that broke off. `endpoints`: the endpoint that a variant's create was sent to.
    `sent_s`: when that was, in real seconds of the run. `probes`: scenario and planned price of each probe, by its id;
    `diagnosed`: all that were asked for were sent.
    """

    started_at: datetime
    wall_s: float
    exit_code: int | None
    ended: Mapping[str, Outcome]
    begun: Mapping[str, Outcome]
    lost: frozenset[str]
    endpoints: Mapping[str, str]
    sent_s: Mapping[str, float]
    probes: Mapping[str, tuple[str, float | None]] = field(default_factory=dict)
    diagnosed: bool = False

    @property
    def orphans(self) -> tuple[Outcome, ...]:
        """What is known of every task whose end nobody has seen."""
        known = (*self.begun.values(), *self.ended.values())
        return tuple(outcome for outcome in known if outcome.task_id is not None and not _has_ended(outcome))

    @property
    def owners(self) -> dict[str, str]:
        """Whose each task is: the variant's id by the task's."""
        known = (*self.begun.values(), *self.ended.values())
        return {outcome.task_id: outcome.variant_id for outcome in known if outcome.task_id is not None}

    def unsent(self, plan: RunPlan) -> RunPlan:
        """The part of the plan that is still to be fired."""
        kept = [plan.variants[index] for index in plan.order]
        kept = [item for item in kept if item.variant.id not in self.ended and item.variant.id not in self.begun]
        return RunPlan(variants=tuple(kept), order=tuple(range(len(kept))))


def read_earlier(folder: Path, provider_of: Callable[[str], Provider | None]) -> Earlier:
    """What the journal in `folder` knows. `provider_of` a variant's id, where it is known, reads refusals better.

    Raises what `fire.read` raises, and UsageError for events that no run writes.
    """
    return earlier_of(read(folder), provider_of, folder)


def earlier_of(events: Sequence[JsonObject], provider_of: Callable[[str], Provider | None], folder: Path) -> Earlier:
    """The same from events that were read already."""
    traces: dict[str, _Trace] = {}
    sent_s: dict[str, float] = {}
    exit_code: int | None = None
    until = Until.VERIFIED
    wall_s, began, last = 0.0, None, None
    started_at = datetime.min.replace(tzinfo=UTC)
    try:
        probes = {
            event["variant"]: (_text(event["scenario"]), event.get("planned"))
            for event in events
            if event["event"] == "probe"
        }
        for event in events:
            at = datetime.fromisoformat(event["at"]) if "at" in event else None
            match event["event"]:
                case "run.started" | "run.resumed" | "run.reaped":
                    wall_s += _between(began, last)
                    began = at
                    if event["event"] != "run.reaped":
                        exit_code = None
                    if event["event"] == "run.started":
                        started_at, until = at or started_at, Until(event.get("until", until))
                case "run.ended":
                    exit_code = event["exit_code"]
                case "create.intent":
                    sent_s.setdefault(event["variant"], wall_s + _between(began, at))
            last = at or last
            if "variant" in event:
                traces.setdefault(event["variant"], _Trace(event["variant"], until)).note(event)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            told("journal.event", folder=folder, error=f"{type(error).__name__}: {error}"),
            told("journal.put_back"),
        ) from None
    ended: dict[str, Outcome] = {}
    begun: dict[str, Outcome] = {}
    for variant_id, trace in traces.items():
        if (known := trace.task_to_follow()) is not None:
            begun[variant_id] = known
        elif (known := trace.end(provider_of(variant_id))) is not None:
            ended[variant_id] = known
    lost = frozenset(variant_id for variant_id in ended if traces[variant_id].outcome is None)
    wall_s += _between(began, last)
    return Earlier(
        started_at=started_at,
        wall_s=wall_s,
        exit_code=exit_code,
        ended=ended,
        begun=begun,
        lost=lost,
        endpoints={variant_id: trace.endpoint for variant_id, trace in traces.items()},
        sent_s=sent_s,
        probes=probes,
        diagnosed=any(event["event"] == "run.diagnosed" for event in events),
    )


def _has_ended(outcome: Outcome) -> bool:
    if outcome.problem is not None and outcome.problem.code == "TASK.VANISHED":
        return True
    return outcome.task_state is not None and outcome.task_state.final


class _Trace:
    """What the events of one variant add up to."""

    def __init__(self, variant_id: str, until: Until) -> None:
        self._id = variant_id
        self._until = until
        self.outcome: Outcome | None = None
        self.endpoint = ""
        self._task: Outcome | None = None
        self._sent = False
        self._answer: JsonObject | None = None

    def note(self, event: JsonObject) -> None:
        """Takes the next event in."""
        match event["event"]:
            case "create.intent":
                self._sent, self._answer, self._task, self.outcome = True, None, None, None
                self.endpoint = _text(event.get("endpoint", ""))
            case "create.answer":
                self._sent, self._answer = False, event
            case "task.created":
                self._sent = False
                self._task = Outcome(
                    variant_id=self._id,
                    attempts=event.get("attempt", 1),
                    http_status=event["status"],
                    task_id=_text(event["task"]),
                    estimated_credits=event.get("estimated"),
                    until=self._until,
                )
            case "poll" | "task.ended" if self._task is not None:
                self._task = replace(self._task, polls=event.get("n", self._task.polls))
            case "cancel" if self._task is not None and 200 <= (event["status"] or 0) < 300:
                # Whatever was known of it before, it will not go on.
                self._task, self.outcome = replace(self._task, task_state=TaskState.CANCELLED), None
            case "outcome":
                outcome = outcome_from_json(event["outcome"])
                # A variant that was skipped may have its task from before.
                if outcome.skipped is None or self._task is None:
                    self.outcome = outcome
                if outcome.task_id is not None:
                    self._task = replace(outcome, problem=None, outputs=())

    def task_to_follow(self) -> Outcome | None:
        """What is known of a task that has not come to its end, or whose files are not all here; None without one."""
        outcome = self.outcome
        if outcome is None or outcome.task_id is None:
            return None if self._task is None or self._task.task_state is TaskState.CANCELLED else self._task
        if outcome.until is Until.ACCEPTED:
            return None
        if outcome.task_state is TaskState.SUCCEEDED:
            fetched = outcome.until is not Until.VERIFIED or all(output.file for output in outcome.outputs)
            return None if fetched and outcome.problem is None else self._task
        return None if _has_ended(outcome) else self._task

    def end(self, provider: Provider | None) -> Outcome | None:
        """The outcome that stands; None for a variant that was not fired, or that surely created nothing."""
        maybe = self._may_exist()
        if maybe is not None:
            return maybe
        outcome = self.outcome
        if outcome is None:
            return self._task
        if outcome.task_id is not None:
            return outcome
        if outcome.skipped is not None:
            return outcome if outcome.skipped.key in _SKIPPED_FOR_GOOD else None
        unsent = outcome.problem is not None and outcome.http_status is None
        again = unsent or outcome.http_status in _NOT_NOW or systemic(outcome, provider) is not None
        return None if again else outcome

    def _may_exist(self) -> Outcome | None:
        """The outcome of a create that may have been accepted although no id came back; None where none may."""
        outcome, answer = self.outcome, self._answer or {}
        if outcome is not None and outcome.problem is not None and outcome.problem.maybe_created:
            return outcome
        known = outcome or Outcome(variant_id=self._id, attempts=answer.get("attempt", 1))
        if known.task_id is not None or self._task is not None:
            return None
        if self._sent:
            said = told("fact.broke_off")
            return replace(known, problem=Problem(code="NETWORK.INTERRUPTED", text=said, maybe_created=True))
        if answer.get("sent") is True or answer.get("maybe") is True:
            code, text = _text(answer.get("error") or answer["code"]), _text(answer["text"])
            known = replace(known, http_status=answer.get("status"))
            return replace(known, problem=Problem(code=code, text=text, maybe_created=True))
        return None


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise TypeError(f"{value!r:.40} is no text")
    return value


def _between(began: datetime | None, last: datetime | None) -> float:
    return (last - began).total_seconds() if began is not None and last is not None else 0.0
