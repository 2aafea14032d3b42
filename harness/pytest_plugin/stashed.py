"""What the plugin keeps with pytest's config: keys alone, so that looking for it imports nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from harness.pytest_plugin.running import SessionRun
    from harness.pytest_plugin.workers import Crew
    from harness.run.settings import RunSettings

#: What is asked for.
SETTINGS: Final[pytest.StashKey[RunSettings]] = pytest.StashKey()
#: What is wrong with the settings, in words.
WRONG: Final[pytest.StashKey[str]] = pytest.StashKey()
#: The run behind the items of this process; none where no variant is selected.
RUN: Final[pytest.StashKey[SessionRun]] = pytest.StashKey()
#: What the controller of pytest-xdist knows of its workers.
CREW: Final[pytest.StashKey[Crew]] = pytest.StashKey()
