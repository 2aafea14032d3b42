"""Reports of a run: one record (`build`), and one table of the files that it is written to.

A new report is one module with a writer and one line in `REPORTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from types import MappingProxyType
from typing import Final

from msgspec import Struct

from harness.report import html, jsonfile, markdown
from harness.report.curl import save_assets
from harness.report.document import Report, RunFacts, build
from harness.report.jsonfile import read

__all__ = ["REPORTS", "Report", "ReportKind", "RunFacts", "build", "read", "save_assets", "write_all"]


class ReportKind(Struct, frozen=True):
    """A kind of report: the name of its file in the run's folder, and what writes it. The writers raise OSError.

    `translated` writes it in a language of `words`. Data has none, and is written in English in any case.
    `always`: every run writes it; the others are written when `--report` names them.
    """

    file: str
    write: Callable[[Report, Path], None]
    always: bool = False
    translated: Callable[[Report, Path, str], None] | None = None

    def write_in(self, lang: str, report: Report, file: Path) -> None:
        """Writes the report to `file`, in this language if it has words at all. Raises OSError."""
        if self.translated is None:
            self.write(report, file)
        else:
            self.translated(report, file, lang)


def _only_when_asked_for(module: str) -> Callable[[Report, Path], None]:
    """The writer of a module that is loaded when it writes: most runs do not."""

    def write(report: Report, file: Path) -> None:
        import_module(f"harness.report.{module}").write(report, file)

    return write


def write_all(report: Report, targets: Sequence[tuple[str, Path]], lang: str) -> Mapping[Path, OSError]:
    """Writes reports, each (name, file), in this language where they have words; returns what went wrong, by file.

    Every variant's entry is built once for report.json and report.html together.
    """
    failed: dict[Path, OSError] = {}
    page: html.Page | None = None
    for name, file in targets:
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            if name == "json" and page is None and any(other == "html" for other, _ in targets):
                seen = html.Page(report, lang)
                jsonfile.write(report, file, seen.add)
                page = seen
            elif name == "html" and page is not None:
                page.write(file)
            else:
                REPORTS[name].write_in(lang, report, file)
        except OSError as error:
            failed[file] = error
    return failed


#: The name that `--report` takes → the report.
REPORTS: Final[Mapping[str, ReportKind]] = MappingProxyType(
    {
        "json": ReportKind(jsonfile.NAME, jsonfile.write, always=True),
        "markdown": ReportKind(markdown.NAME, markdown.write, always=True, translated=markdown.write),
        "html": ReportKind(html.NAME, html.write, always=True, translated=html.write),
        "junit": ReportKind("junit.xml", _only_when_asked_for("junit")),
        "ctrf": ReportKind("ctrf.json", _only_when_asked_for("ctrf")),
        "csv": ReportKind("variants.csv", _only_when_asked_for("csvfile")),
    }
)
