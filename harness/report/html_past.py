"""What the page tells of the runs before: of each variant how it fared in them, and which of them go to and fro."""

from __future__ import annotations

from typing import Final

from harness.model import Json, JsonObject
from harness.report.entries import Row
from harness.report.html_causes import Named
from harness.report.since import Past
from harness.report.style import Style

#: Flaky variants that are named.
MOST: Final = 8


class LookBack:
    """The runs before, for one page: `add` takes the variants in their order. Nothing is kept where there were none."""

    def __init__(self, past: Past, style: Style) -> None:
        self._past = past
        self._style = style
        self._of: list[Json] = []
        self._since: dict[str, int] = {}
        self.flaky: list[Named] = []
        self.numbers: list[int] = []

    def add(self, row: Row, entry: JsonObject) -> None:
        """Takes one variant."""
        if not self._past:
            return
        identity = str(entry["id"])
        letters, (queued, running) = self._past.letters(identity), self._past.times(identity)
        flaky = self._past.flaky(identity, row.verdict)
        if flaky:
            self.numbers.append(row.number)
            if len(self.flaky) < MOST:
                self.flaky.append(Named(identity, row.number, self._style.plain(row.name, 80)))
        since = self._past.since([identity]) if row.verdict in {"fail", "error"} else ""
        told = self._since.setdefault(since, len(self._since)) if since else -1
        self._of.append([letters, int(flaky), told, queued, running])

    def data(self) -> JsonObject:
        """For the page's script: runs as [id, start]; of each variant [letters, flaky, place in `since`, times]."""
        if not self._past:
            return {}
        runs = [list(run) for run in self._past.runs]
        return {"past": {"runs": runs, "since": list(self._since), "of": self._of, "flaky": len(self.numbers)}}
