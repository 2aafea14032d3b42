"""Reports of a run: one record (`build`), and one table of the files that it is written to.

A new report is one module with a writer and one line in `REPORTS`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Final

from harness.report import csvfile, ctrf, html, jsonfile, junit, markdown
from harness.report.curl import save_assets
from harness.report.document import Report, RunFacts, build
from harness.report.jsonfile import read

__all__ = ["REPORTS", "Report", "ReportKind", "RunFacts", "build", "read", "save_assets"]


@dataclass(frozen=True, slots=True)
class ReportKind:
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


#: The name that `--report` takes → the report.
REPORTS: Final[Mapping[str, ReportKind]] = MappingProxyType(
    {
        "json": ReportKind(jsonfile.NAME, jsonfile.write, always=True),
        "markdown": ReportKind(markdown.NAME, markdown.write, always=True, translated=markdown.write),
        "html": ReportKind(html.NAME, html.write, always=True, translated=html.write),
        "junit": ReportKind(junit.NAME, junit.write),
        "ctrf": ReportKind(ctrf.NAME, ctrf.write),
        "csv": ReportKind(csvfile.NAME, csvfile.write),
    }
)
