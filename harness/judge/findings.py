"""Findings: what a refusal, a failure or a problem is called, and what a person is told to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import Finding, Json, Outcome, Phrase, Problem, Proposal, TaskState, replace
from harness.provider import Provider
from harness.redact import clean
from harness.refusal.causes import failure_of
from harness.refusal.codes import move_of

_SAID: Final = 300

#: Finding code of a cause that is not the payload → what happened, what to do.
_CAUSES: Final[Mapping[str, tuple[str, str]]] = {
    "AUTH.MISSING": ("auth.missing", "advice.key"),
    "AUTH.REFUSED": ("auth.refused", "advice.key"),
    "AUTH.HOST": ("auth.host", "advice.host"),
    "AUTH.FORBIDDEN": ("auth.forbidden", "advice.account"),
    "CREDIT.EMPTY": ("credit.empty", "advice.credits"),
    "QUOTA.DAILY": ("quota.daily", "advice.tomorrow"),
    "QUOTA.RATE": ("quota.rate", "advice.slower"),
    "PROVIDER.5XX": ("provider.5xx.maybe_created", "advice.look"),
    "PROVIDER.BUSY": ("provider.busy", "advice.later"),
    "REQUEST.ROUTE": ("request.route", "advice.route"),
    "REQUEST.HEADER": ("request.header", "advice.header"),
    "ASSET.SIZE": ("request.too_large", "advice.smaller"),
}
#: Beginning of a problem's code → what to do.
_PROBLEMS: Final = (
    ("NETWORK", "advice.network"),
    ("TASK.VANISHED", "advice.look"),
    ("OUTPUT", "advice.download"),
    ("OURS.BUG", "advice.report"),
    ("OURS.JOURNAL", "advice.disk"),
    ("PROVIDER.BODY", "advice.look"),
)
#: What an interrupt left behind: code → (message, advice), in words of their own.
_INTERRUPTED: Final = {
    "TASK.STOPPED": ("task.stopped", "advice.stopped"),
    "TASK.LEFT": ("task.left", "advice.left"),
    "NETWORK.INTERRUPTED": ("create.interrupted", "advice.look"),
}
#: The task exists and is paid for, and nobody saw its end.
_UNSEEN: Final = ("NETWORK.", "PROVIDER.", "TASK.TIMEOUT", "TASK.UNFINISHED")


def finding(
    code: str,
    message: str,
    params: Mapping[str, Json] | None = None,
    *,
    advice: str | None = None,
    field: str | None = None,
    proposal: Proposal | None = None,
    said: str | None = None,
    warning: bool = False,
) -> Finding:
    """A finding from the keys of its texts; the same parameters fill message and advice."""
    texts = {name: str(value) for name, value in (params or {}).items()}
    return Finding(
        code=code,
        message=Phrase(key=message, params=texts),
        # A proposal says what to do: nothing more general beside it.
        advice=Phrase(key=advice, params=texts) if advice is not None and proposal is None else None,
        field=field,
        move=move_of(code),
        proposal=proposal,
        said=clean(said, _SAID) if said else None,
        warning=warning,
    )


def of_cause(code: str, status: int, said: str, *, maybe_created: bool = True, named: str | None = None) -> Finding:
    """A refusal that is not about the payload: the key, the account, the provider. `named` is an id in the answer."""
    message, advice = _CAUSES.get(code, ("request.refused", "advice.read"))
    if code == "PROVIDER.5XX" and not maybe_created:
        message, advice = "provider.5xx", "advice.later"
    elif code == "PROVIDER.5XX" and named is not None:
        message = "provider.5xx.named"
    return finding(code, message, {"status": status, "named": clean(named or "", 200)}, advice=advice, said=said)


def of_problem(outcome: Outcome, provider: Provider) -> Finding:
    """No usable answer came (`outcome.problem` is set): which, and what to do."""
    problem = outcome.problem
    assert problem is not None
    text = sentence(clean(problem.text, 500))
    if outcome.task_state is TaskState.THROTTLED and problem.code == "TASK.TIMEOUT":
        return finding("THROTTLED", "task.throttled", {"task": outcome.task_id}, advice="advice.resume", said=text)
    if problem.code in _INTERRUPTED:
        message, advice = _INTERRUPTED[problem.code]
        params = {"task": outcome.task_id, "state": clean(outcome.task_word or "–", 60)}
        return finding(problem.code, message, params, advice=advice)
    advice = next((key for start, key in _PROBLEMS if problem.code.startswith(start)), "advice.later")
    if problem.code == "OURS.BUG":
        message = "ours.bug.maybe_created" if problem.maybe_created else "ours.bug"
        return finding(problem.code, message, {"text": text}, advice=advice)
    if outcome.task_id is not None and problem.code.startswith(_UNSEEN):
        params = {"text": text, "word": clean(outcome.task_word or "", 60)}
        return finding(problem.code, "problem", params, advice=_how_to_see(problem, outcome, provider))
    if problem.maybe_created:
        return finding(problem.code, "problem.maybe_created", {"text": text}, advice="advice.look")
    return finding(problem.code, "problem", {"text": text}, advice=advice)


def _how_to_see(problem: Problem, outcome: Outcome, provider: Provider) -> str:
    """What to do about a task whose end was not seen."""
    if problem.code == "PROVIDER.BODY":
        return "advice.poll"
    if problem.code != "TASK.TIMEOUT":
        return "advice.follow"
    if outcome.task_word is None:
        return "advice.poll"
    return "advice.resume" if outcome.task_word.casefold() in provider.profile.states else "advice.states"


def sentence(text: str) -> str:
    """The text with a full stop, where it ends with nothing that closes a sentence: another one will follow.

    >>> sentence("nope"), sentence("Why?"), sentence("It said “no.”")
    ('nope.', 'Why?', 'It said “no.”')
    """
    return text if text.rstrip("”\"')")[-1:] in {".", "!", "?", "…"} else f"{text}."


def of_failure(outcome: Outcome) -> Finding:
    """A task that ended FAILED: by moderation, by its file, or otherwise."""
    failure = failure_of(outcome.failure_code)
    word = clean(outcome.failure_code or "", 80)
    params = {"task": outcome.task_id, "code": word, "field": word}
    said = outcome.failure or ""
    if failure.code.startswith("SAFETY"):
        side = "safety.output" if failure.code.startswith("SAFETY.OUTPUT") else "safety.input"
        return finding(failure.code, side, params, advice="advice.moderation", said=said)
    if failure.code == "ASSET.INVALID":
        return finding(failure.code, "task.failed.code", params, advice="advice.asset", said=said)
    advice = "advice.later" if failure.transient else "advice.input" if word else "advice.provider"
    if said and not word:
        return finding(failure.code, "task.failed.said", params, advice="advice.read", said=said)
    return finding(failure.code, "task.failed.code" if word else "task.failed", params, advice=advice, said=said)


def as_warning(found: Finding) -> Finding:
    """The same finding as something to know beside a pass."""
    return replace(found, warning=True)
