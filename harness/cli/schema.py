"""`harness schema`: the JSON Schema of the scenario format, for editors."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.cli.options import read_argv
from harness.cli.run_options import LANG
from harness.errors import EXIT_OK, EnvironmentProblem, why
from harness.words import told


def main(argv: Sequence[str]) -> int:
    """Prints the schema, or writes it to the file given."""
    _, paths = read_argv("schema", (LANG,), argv, paths="paths.schema")
    from harness.scenario.schema import SCHEMA

    document = json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
    if not paths:
        sys.stdout.write(document)
    for path in paths:
        try:
            Path(path).write_text(document, encoding="utf-8")
        except OSError as error:
            raise EnvironmentProblem(told("env.schema", file=path, why=why(error))) from None
    return EXIT_OK
