"""`harness schema`: the JSON Schema of the scenario format, for editors."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from pathlib import Path

from harness.cli.options import parser
from harness.errors import EXIT_OK, EnvironmentProblem


def main(argv: Sequence[str]) -> int:
    """Prints the schema, or writes it to the file given."""
    arguments = parser(
        "schema", "Writes the JSON Schema of the scenario format.", (), paths="the file to write (default: stdout)"
    )
    paths = arguments.parse_args(argv).paths
    from harness.scenario.schema import SCHEMA

    document = json.dumps(SCHEMA, indent=2, ensure_ascii=False) + "\n"
    if not paths:
        sys.stdout.write(document)
    for path in paths:
        try:
            Path(path).write_text(document, encoding="utf-8")
        except OSError as error:
            raise EnvironmentProblem(f"{path}: the schema cannot be written: {error.strerror}.") from None
    return EXIT_OK
