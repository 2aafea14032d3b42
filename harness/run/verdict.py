"""The exit code of a run, from what was judged. Pure."""

from __future__ import annotations

from collections.abc import Iterable

from harness.errors import (
    EXIT_DRIFT,
    EXIT_ENVIRONMENT,
    EXIT_FAIL,
    EXIT_INCONCLUSIVE,
    EXIT_INTERRUPTED,
    EXIT_NOTHING,
    EXIT_OK,
)
from harness.model import Judgement, Verdict


def exit_code_of(
    judgements: Iterable[Judgement],
    *,
    interrupted: bool = False,
    systemic: bool = False,
    stopped: bool = False,
    drift: bool = False,
    may_be_empty: bool = False,
) -> int:
    """The exit code: the first that holds of interrupted, environment, fail, inconclusive, drift, nothing, as expected.

    `systemic` says that the run was stopped by something that would meet every variant: key, credits, host. `stopped`
    says that a budget of credits or time kept variants from being fired, `drift` that the API answers otherwise than
    in the run before, `may_be_empty` that nothing need be fired: another shard does.

    >>> exit_code_of([Judgement(variant_id="v-1", verdict=Verdict.PASS)])
    0
    """
    seen = {judgement.verdict for judgement in judgements}
    if interrupted:
        return EXIT_INTERRUPTED
    if systemic or Verdict.ERROR in seen:
        return EXIT_ENVIRONMENT
    if Verdict.FAIL in seen:
        return EXIT_FAIL
    if stopped or Verdict.INCONCLUSIVE in seen:
        return EXIT_INCONCLUSIVE
    if drift:
        return EXIT_DRIFT
    return EXIT_OK if Verdict.PASS in seen or may_be_empty else EXIT_NOTHING


def something_wrong(judgements: Iterable[Judgement]) -> bool:
    """True when there may be a cause to look for: a variant failed, or two have a key that no contract knows."""
    undocumented = 0
    for judgement in judgements:
        if judgement.verdict is Verdict.FAIL:
            return True
        undocumented += any(found.code == "UNDOCUMENTED" for found in judgement.findings)
    return undocumented > 1
