"""`report.json`: written entry by entry, one line each, and read back."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Final, TypeAlias

from harness.errors import EnvironmentProblem, UsageError, why
from harness.jsonio import encode
from harness.model import Json, JsonObject, Verdict
from harness.report.document import FORMAT_VERSION, Report
from harness.report.entries import Row
from harness.report.save import save
from harness.words import together, told

NAME: Final = "report.json"
_BATCH: Final = 256
#: Is shown a variant.
Seen: TypeAlias = Callable[[Row, JsonObject], None]
_BEFORE_VARIANTS: Final = ("format_version", "run", "totals", "scenarios")


def render(report: Report, seen: Seen | None = None) -> Iterator[str]:
    """The document in pieces, ending with a newline. Holds a few hundred entries at a time.

    One line for each variant keeps the file small, quick to write, and at home in grep and diff. `seen` is shown every
    entry on its way: building one costs more than writing it.
    """
    first = [key for key in _BEFORE_VARIANTS if key in report.head]
    yield "{" + "".join(_member(key, report.head[key]) + ",\n " for key in first) + '"variants": ['
    entries = iter(report.variants) if seen is None else _shown(report, seen)
    between = "\n  "
    while batch := [encode(entry) for entry in islice(entries, _BATCH)]:
        yield between + ",\n  ".join(batch)
        between = ",\n  "
    yield "\n ]" if report.variants else "]"
    rest = [key for key in report.head if key not in _BEFORE_VARIANTS]
    yield "".join(",\n " + _member(key, report.head[key]) for key in rest) + "}\n"


def _shown(report: Report, seen: Seen) -> Iterator[JsonObject]:
    for row, entry in zip(report.rows, report.variants, strict=True):
        seen(row, entry)
        yield entry


def write(report: Report, file: Path, seen: Seen | None = None) -> None:
    """Writes the report to `file`; `seen` as in `render`. Raises OSError."""
    save(file, render(report, seen))


def _member(key: str, value: Json) -> str:
    text = "[\n  " + ",\n  ".join(map(encode, value)) + "\n ]" if value and isinstance(value, list) else encode(value)
    return f"{encode(key)}: {text}"


def read(place: Path) -> Report:
    """The report of a run's folder, or of a report.json itself.

    Raises UsageError where there is none or it cannot be used, EnvironmentProblem where it cannot be opened.
    """
    file = place / NAME if place.is_dir() else place
    try:
        document: Json = json.loads(file.read_bytes())
    except FileNotFoundError:
        raise UsageError(told("usage.no_file", where=file), told("report.no_file.fix")) from None
    except OSError as error:
        raise EnvironmentProblem(told("env.report.read", file=file, why=why(error))) from None
    except (ValueError, RecursionError) as error:
        raise UsageError(told("report.json", file=file, error=error), _BROKEN) from None
    version = document.get("format_version") if isinstance(document, dict) else None
    if version != FORMAT_VERSION or isinstance(version, bool):
        found = told("usage.none") if version is None else json.dumps(version)[:40]
        raise UsageError(
            told("report.version", file=file, version=FORMAT_VERSION, found=found),
            told("report.version.fix"),
        )
    if wrong := next(_wrong(document, _DOCUMENT, ""), None):
        raise UsageError(f"{file}: " + wrong, _BROKEN)
    return Report({key: value for key, value in document.items() if key != "variants"}, document["variants"])


_BROKEN: Final = told("report.broken.fix")

#: What the reports take for granted. A type; several (None: may be left out); an object's keys; [of each item].
_Shape: TypeAlias = "type | tuple[type | None, ...] | Mapping[str, _Shape] | list[_Shape] | frozenset[str]"
_NUMBER: Final = (int, float, None)
_WORDED: Final[_Shape] = {"text": str, "words": dict}
_FINDING: Final[_Shape] = {
    "code": str,
    "message": str,
    "suggestion": (str, None),
    "said": (str, None),
    "proposal": (dict, None),
    "words": {"message": dict, "suggestion": (dict, None)},
}
_VARIANT: Final[_Shape] = {
    "id": str,
    "scenario": str,
    "name": str,
    "verdict": frozenset(map(str, Verdict)),
    "result": str,
    "expect": (str, dict),
    "task_id": (str, None),
    "credits": {"charged": _NUMBER},
    "timing": {"total_s": _NUMBER},
    "findings": [_FINDING],
    "skipped": (dict, None),
}
_DOCUMENT: Final[_Shape] = {
    "run": {
        "id": str,
        "target": str,
        "provider": str,
        "contract": str,
        "wall_s": (int, float),
        "simulated_s": _NUMBER,
        "exit_code": int,
        "notes": [_WORDED],
    },
    "totals": {
        **{str(verdict): int for verdict in Verdict},
        "credits": {"planned": _NUMBER, "charged": _NUMBER},
    },
    "scenarios": [{"name": str, "coverage": (dict, None), "working_format": (dict, None)}],
    "variants": [_VARIANT],
}


def _wrong(value: Json, shape: _Shape, path: str) -> Iterator[str]:
    """What is not as it should be, one sentence each, from the top."""
    if isinstance(shape, frozenset):
        if not isinstance(value, str) or value not in shape:
            yield _other(path, told("expected.one_of", words=", ".join(sorted(shape))), value)
    elif isinstance(shape, Mapping):
        if not isinstance(value, dict):
            yield _other(path, told("type.object"), value)
            return
        for key, inner in shape.items():
            yield from _wrong(value.get(key), inner, f"{path}.{key}".lstrip("."))
    elif isinstance(shape, list):
        if not isinstance(value, list):
            yield _other(path, told("type.array"), value)
            return
        for index, item in enumerate(value):
            yield from _wrong(item, shape[0], f"{path}[{index}]")
    else:
        kinds = shape if isinstance(shape, tuple) else (shape,)
        if not (value is None and None in kinds) and not isinstance(value, tuple(kind for kind in kinds if kind)):
            yield _other(path, together(map(_name, kinds), told("report.or")), value)


def _other(path: str, expected: str, value: Json) -> str:
    return told("report.shape", path=path, expected=expected, found=json.dumps(value)[:80])


def _name(kind: type | None) -> str:
    return told(_NAMES[kind])


_NAMES: Final[Mapping[type | None, str]] = {
    str: "type.string",
    int: "type.integer",
    float: "type.number",
    dict: "type.object",
    None: "report.nothing",
}
