"""Files → Scenarios, or every mistake of every file at once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from harness import yamlio
from harness.errors import Mistake, MistakesError
from harness.model import Source
from harness.scenario.assets import Assets
from harness.scenario.files import find, shown
from harness.scenario.reading import read_scenario
from harness.scenario.records import LoadSettings, Scenario
from harness.scenario.routes import Providers
from harness.words import told
from harness.yamlio import Document


def load(paths: Sequence[Path], settings: LoadSettings) -> tuple[Scenario, ...]:
    """The scenarios of these files (or of the files under these folders), in this order.

    MistakesError with all mistakes of all files; UsageError for a path, or a contract of `settings`, that does not
    exist. Files that scenarios name are read and prepared once, `$call` runs only when `settings` allow it.
    """
    assets, providers = Assets(settings.cwd), Providers(settings)
    scenarios: list[Scenario] = []
    mistakes: list[Mistake] = []
    names: dict[str, Source] = {}
    for file in find([settings.cwd / path for path in paths]):
        try:
            doc = yamlio.read(file, shown=shown(file, settings.cwd))
        except MistakesError as error:
            mistakes += error.mistakes
            continue
        mistakes += _same_name(doc, names)
        scenario, found = read_scenario(doc, file, settings, assets=assets, providers=providers)
        mistakes += found
        if scenario is not None:
            scenarios.append(scenario)
    mistakes += providers.mistakes
    if mistakes:
        raise MistakesError(mistakes)
    return tuple(scenarios)


def _same_name(doc: Document, names: dict[str, Source]) -> list[Mistake]:
    """The mistake of a scenario whose name another one has. `names` holds those so far."""
    name = doc.data.get("name") if isinstance(doc.data, dict) else None
    if not isinstance(name, str):
        return []
    here = doc.where(("name",))
    first = names.setdefault(name, here)
    if first is here:
        return []
    what = told("scenario.same_name", name=yamlio.quoted(name), place=first)
    return [yamlio.mistake(doc, ("name",), what, told("fix.rename_one"))]
