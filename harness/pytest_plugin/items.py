"""Scenario files as collectors, variants as items.

An item is called `NAME[ID]`: the name is what people and `-k` look for, the id makes it unique, is that of the reports,
and is the same on every machine and when rows move. `FILE::NAME` selects it too.

What happens to a variant is the set-up of its item, what is to be said against it its test: a variant about which
nobody can tell is an error, as in junit.xml, and one that is not as expected a failure.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import pytest

from harness.errors import HarnessError, UsageError
from harness.matrix import expand_all
from harness.model import Variant, Verdict
from harness.pytest_plugin.options import in_our_words, settings_of
from harness.pytest_plugin.stashed import WRONG
from harness.redact import Redactor, clean, secrets_of
from harness.run.prepare import are_many
from harness.run.settings import RunSettings
from harness.scenario import LoadSettings, Scenario, load
from harness.words import told

_MOST_NAME: Final = 160
#: What pytest itself cuts names at.
_CUTS: Final = str.maketrans({"[": "(", "]": ")"})
_NO_MARKER: Final = re.compile(r"[^\w.+-]+")


class NotAsExpected(Exception):  # a verdict, not an error of ours
    """What is to be said against a variant; the text is all that is shown."""


class ScenarioFile(pytest.File):
    """A scenario file. `variants` are all of its variants, whether they are selected or not."""

    scenario: Scenario
    variants: Sequence[Variant] = ()

    def collect(self) -> Iterable[VariantItem]:
        """Its variants. Raises what `load` raises, with all mistakes of the file.

        Wrong settings are no mistake of the file: they end the session when all is collected.
        """
        try:
            settings = settings_of(self.config)
        except HarnessError as error:
            if hasattr(self.config, "workerinput"):
                raise  # a worker of xdist that goes down without a word would be started again
            self.config.stash[WRONG] = words_of(error, self.config)
            return
        self.scenario, self.variants = read([self.path], settings)[0]
        redactor = Redactor(secrets_of(os.environ))
        for variant in self.variants:
            name = name_of(variant, redactor)
            # Said in full, the part in brackets is read as a parameter: --lf knows the item again.
            nodeid = f"{self.nodeid}::{name}"
            item: VariantItem = VariantItem.from_parent(self, name=name, nodeid=nodeid, variant=variant)
            yield item

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException]) -> Any:  # type: ignore[override]
        """The mistakes as `harness validate` prints them."""
        if isinstance(excinfo.value, HarnessError):
            return words_of(excinfo.value, self.config)
        return super().repr_failure(excinfo)


class VariantItem(pytest.Item):
    """One variant."""

    def __init__(self, *, variant: Variant, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.variant = variant
        self.extra_keyword_matches.update((variant.id, variant.scenario, *variant.tags))
        for tag in variant.tags:
            marker = _NO_MARKER.sub("_", tag).lstrip("_")
            if marker:
                # Tags need not be written down again for --strict-markers.
                self.config.addinivalue_line("markers", f"{marker}: scenario tag {clean(tag, 80)}")
                self.add_marker(marker)

    @property
    def file(self) -> ScenarioFile:
        """The file that it comes from."""
        assert isinstance(self.parent, ScenarioFile)
        return self.parent

    def setup(self) -> None:
        """Waits until the variant has come to its end; the whole selection is fired with the first one."""
        if self.config.getoption("setuponly", default=False):
            return
        from harness.pytest_plugin.running import run_of

        run = run_of(self)
        ended = run.wait(self.variant)
        self.user_properties += run.properties(ended)
        if ended.verdict is Verdict.SKIPPED:
            pytest.skip(run.reason(ended))
        if ended.verdict in {Verdict.ERROR, Verdict.INCONCLUSIVE}:
            raise NotAsExpected(run.told(ended))

    def runtest(self) -> None:
        """Says what is to be said against the variant."""
        from harness.pytest_plugin.running import run_of

        run = run_of(self)
        ended = run.wait(self.variant)
        if ended.verdict is Verdict.FAIL:
            if ended.known:
                pytest.xfail(run.reason(ended))
            raise NotAsExpected(run.told(ended))

    def reportinfo(self) -> tuple[Path, int | None, str]:
        """Where the variant stands in its file."""
        line = self.variant.source.line
        return self.path, line - 1 if line else None, self.name


def reworded(item: pytest.Item, report: pytest.TestReport, raised: BaseException) -> None:
    """Makes a report tell what is to be said against a variant, or where the variant stands that was skipped."""
    if isinstance(raised, NotAsExpected):
        report.longrepr = str(raised)
    elif report.skipped and isinstance(report.longrepr, tuple):
        path, line, _ = item.reportinfo()
        report.longrepr = str(path), (line or 0) + 1, report.longrepr[2]


def read(files: Sequence[Path], settings: RunSettings) -> list[tuple[Scenario, Sequence[Variant]]]:
    """The scenarios of these files with all of their variants. Raises what `load` raises, and UsageError."""
    loading = LoadSettings(
        allow_code=settings.allow_code, env=settings.env, contract=settings.contract, cwd=settings.cwd
    )
    found: list[tuple[Scenario, Sequence[Variant]]] = []
    for scenario in load(files, loading):
        if are_many([scenario]):
            raise UsageError(
                told("plugin.too_many", file=scenario.source.file, count=f"{scenario.most_variants:,}"),
                told("plugin.too_many.fix"),
            )
        found.append((scenario, expand_all([scenario])))
    return found


def name_of(variant: Variant, redactor: Redactor) -> str:
    """The item's name.

    >>> from harness.model import Source
    >>> source = Source(file="s.yaml")
    >>> name_of(Variant(id="v-1", scenario="s", endpoint="e", name="a::b[0]", source=source, payload={}), Redactor())
    'a:b(0)[v-1]'
    """
    name = clean(redactor.text(variant.name), _MOST_NAME).translate(_CUTS)
    while "::" in name:
        name = name.replace("::", ":")
    return f"{name}[{variant.id}]"


def words_of(error: HarnessError, config: pytest.Config) -> str:
    """What an error says, with this plugin's options, in the language that was asked for, without secrets."""
    try:
        lang = settings_of(config).lang
    except HarnessError:  # it is about the settings themselves
        lang = "en"
    return in_our_words(Redactor(secrets_of(os.environ)).text(error.within(lang)))
