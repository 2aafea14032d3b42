"""YAML 1.2 files as plain data with the place of every node, and mistakes that say where, what and what to do."""

from harness.yamlio.check import check, check_paths
from harness.yamlio.document import (
    MAX_MISTAKES,
    Document,
    describe,
    did_you_mean,
    dotted,
    listed,
    mistake,
    nearest,
    quoted,
    system_words,
)
from harness.yamlio.reader import limited, parse, read, without_gc

__all__ = [
    "MAX_MISTAKES",
    "Document",
    "check",
    "check_paths",
    "describe",
    "did_you_mean",
    "dotted",
    "limited",
    "listed",
    "mistake",
    "nearest",
    "parse",
    "quoted",
    "read",
    "system_words",
    "without_gc",
]
