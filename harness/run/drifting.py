"""The finding of drift: what is refused now was accepted in the last run of the same scenario at the same target."""

from __future__ import annotations

from harness.judge.findings import finding
from harness.model import Judgement, replace
from harness.redact import clean


def with_drift(judgement: Judgement, run: str) -> Judgement:
    """The judgement with the finding that the payload was accepted in that run."""
    drift = finding("DRIFT", "drift", {"run": clean(run, 80)}, advice="advice.drifted")
    return replace(judgement, findings=(*judgement.findings, drift))
