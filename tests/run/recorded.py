"""Runs that are in a reports folder already: what the tests of earlier runs share."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any


def write_run(reports: Path, minute: int, entries: Sequence[dict[str, Any]], **run: Any) -> Path:
    """The report of a run that started at 10:`minute`, in a folder of its own."""
    name = f"20261122-10{minute:02}00-7f3a"
    totals = dict.fromkeys(("pass", "fail", "inconclusive", "error", "skipped"), 0)
    document = {
        "format_version": 1,
        "run": {
            "id": name,
            "target": "mock",
            "provider": "runway",
            "contract": "none",
            "wall_s": 1,
            "simulated_s": None,
            "exit_code": 0,
            "notes": [],
            "started_at": f"2026-11-22T10:{minute:02}:00.000Z",
            **run,
        },
        "totals": {**totals, "credits": {"planned": None, "charged": None}},
        "scenarios": [{"name": "waving", "working_format": None}],
        "variants": [*entries],
    }
    folder = reports / name
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "report.json").write_text(json.dumps(document))
    return folder
