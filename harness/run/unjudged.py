"""What a run against the mock cannot tell: without a contract the mock has nothing to judge a payload by."""

from __future__ import annotations

from collections.abc import Mapping

from harness.model import Phrase
from harness.redact import clean
from harness.run.settings import Target
from harness.scenario import Scenario


def unjudged(scenarios: Mapping[str, Scenario], targets: Mapping[str, Target]) -> tuple[Phrase, ...]:
    """The note that a pass says nothing of the API, where the mock of a provider has no contract; else nothing."""
    alone = [
        scenario.provider.profile
        for scenario in scenarios.values()
        if scenario.provider.contract is None and targets[scenario.provider.profile.name].mock
    ]
    titles = ", ".join(dict.fromkeys(clean(profile.title, 80) for profile in alone))
    return (Phrase(key="note.mock_alone", params={"provider": titles}),) if alone else ()
