"""Files are cases: tests/examples/invalid/NAME.yaml with its message in NAME.err, valid/NAME.yaml with NAME.json."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from harness.errors import EXIT_USAGE, MistakesError
from harness.matrix import expand
from harness.model import Asset, Variant
from harness.scenario import LoadSettings, load

EXAMPLES = Path(__file__).parents[1] / "examples"
ROOT = EXAMPLES.parents[1]
INVALID = sorted((EXAMPLES / "invalid").glob("*.yaml"))
VALID = sorted((EXAMPLES / "valid").glob("*.yaml"))
SETTINGS = LoadSettings(cwd=EXAMPLES, env={"EXAMPLE_USER": "ada"})


def by_name(file: Path) -> str:
    return file.stem


@pytest.mark.parametrize("file", INVALID, ids=by_name)
def test_a_broken_file_says_where_what_and_what_to_do(file: Path, expected: Callable[[Path, str], None]) -> None:
    with pytest.raises(MistakesError) as caught:
        load([file], SETTINGS)
    assert caught.value.exit_code == EXIT_USAGE
    expected(file.with_suffix(".err"), str(caught.value).replace(str(ROOT), "PROJECT") + "\n")


@pytest.mark.parametrize("file", VALID, ids=by_name)
def test_a_file_in_order_gives_these_variants(file: Path, expected: Callable[[Path, str], None]) -> None:
    (scenario,) = load([file], SETTINGS)
    rows = [shown(variant) for variant in expand(scenario, polish=False)]
    document = "[\n" + ",\n".join(json.dumps(row, ensure_ascii=False, default=label) for row in rows) + "\n]\n"
    expected(file.with_suffix(".json"), document)


def test_there_are_cases() -> None:
    assert len(INVALID) >= 20
    assert len(VALID) >= 10


def test_all_mistakes_of_all_files_come_at_once() -> None:
    with pytest.raises(MistakesError) as caught:
        load(INVALID, SETTINGS)
    files = {mistake.source.file.replace(".rows.json", ".yaml") for mistake in caught.value.mistakes}
    assert {f"invalid/{file.name}" for file in INVALID} <= files


def shown(variant: Variant) -> dict[str, object]:
    """A variant as JSON; what has its default is left out. A file is its label: encoders differ between machines."""
    expect = variant.expect
    narrowed = {name: getattr(expect, name) for name in ("status", "field", "message", "code")}
    if expect.media is not None:
        media = expect.media
        narrowed |= {"media": [media.width, media.height, media.duration_s, media.tolerance_s]}
    row = {
        "id": variant.id,
        "source": str(variant.source),
        "endpoint": variant.endpoint,
        "name": variant.name,
        "levels": variant.levels,
        "payload": variant.payload,
        "expect": {"kind": expect.kind} | {name: value for name, value in narrowed.items() if value is not None},
        "tags": variant.tags,
        "contracts": variant.contracts,
        "path": variant.path,
    }
    return {name: value for name, value in row.items() if value not in ((), {}, {"kind": "works"})}


def label(value: object) -> str:
    assert isinstance(value, Asset)
    return f"<{value.label} {value.media_type} {value.declared[:8]}>"
