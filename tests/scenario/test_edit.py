"""A mended scenario file: it loads to the baseline that was wanted, and all else is as it was."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from harness.errors import MistakesError
from harness.provider import ABSENT
from harness.scenario import LoadSettings
from harness.scenario.edit import mend
from harness.scenario.pictures import Drawn
from harness.yamlio.edit import CannotEditError

STORY = """\
# yaml-language-server: $schema=../scenario.schema.json
name: story            # as in the note
provider: runway
endpoint: image_to_video
baseline:
  model: gen4-turbo    # the model
  promptImage: {$image: generated}
  # what people see
  promptText: 'A friendly wave'
  ratio: 9:16
  seed: null           # any

variants:
  - baseline           # as it is
"""
MENDED = (
    STORY.replace("gen4-turbo ", "gen4_turbo ")
    .replace("9:16", "720:1280")
    .replace("  seed: null           # any\n", "")
)
CHANGES: list[tuple[tuple[str | int, ...], Any]] = [
    (("model",), "gen4_turbo"),
    (("ratio",), "720:1280"),
    (("seed",), ABSENT),
]


def file_of(folder: Path, text: str) -> Path:
    file = folder / "story.yaml"
    file.write_bytes(text.encode())
    return file


def settings_of(folder: Path, **env: str) -> LoadSettings:
    return LoadSettings(cwd=folder, env=env)


@pytest.mark.parametrize("newline", ["\n", "\r\n"], ids=["LF", "CRLF"])
@pytest.mark.parametrize("bom", ["", "\ufeff"], ids=["plain", "BOM"])
def test_the_story_is_mended_byte_for_byte(tmp_path: Path, newline: str, bom: str) -> None:
    file = file_of(tmp_path, bom + STORY.replace("\n", newline))
    file.chmod(0o640)
    mended = mend(file, CHANGES, settings_of(tmp_path))
    assert file.read_bytes().decode() == bom + STORY.replace("\n", newline)
    mended.write()
    assert file.read_bytes().decode() == bom + MENDED.replace("\n", newline)
    assert file.stat().st_mode & 0o777 == 0o640
    assert [path.name for path in tmp_path.iterdir()] == ["story.yaml"]


def test_what_changes_is_shown(tmp_path: Path) -> None:
    diff = mend(file_of(tmp_path, STORY), CHANGES, settings_of(tmp_path)).diff
    assert [line for line in diff.splitlines() if line[0] in "+-"] == [
        "--- story.yaml",
        "+++ story.yaml",
        "-  model: gen4-turbo    # the model",
        "+  model: gen4_turbo    # the model",
        "-  ratio: 9:16",
        "-  seed: null           # any",
        "+  ratio: 720:1280",
    ]


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    file = file_of(tmp_path, STORY)
    link = tmp_path / "link.yaml"
    link.symlink_to(file)
    mend(link, CHANGES, settings_of(tmp_path)).write()
    assert link.is_symlink()
    assert file.read_text() == MENDED


def test_a_file_that_changed_meanwhile_is_left_alone(tmp_path: Path) -> None:
    file = file_of(tmp_path, STORY)
    mended = mend(file, CHANGES, settings_of(tmp_path))
    file.write_text(STORY + "# mine\n")
    with pytest.raises(CannotEditError, match="has changed meanwhile"):
        mended.write()
    assert file.read_text() == STORY + "# mine\n"


def with_line(old: str, new: str) -> str:
    assert old in STORY
    return STORY.replace(old, new)


@pytest.mark.parametrize(
    ("before", "change", "after"),
    [
        pytest.param(
            with_line("'A friendly wave'", "{$text: {length: 1001, char: y}}  # long"),
            (("promptText",), "y" * 1000),
            with_line("'A friendly wave'", "{$text: {length: 1000, char: y}}  # long"),
            id="the length of a made text",
        ),
        pytest.param(
            with_line("  promptImage: {$image: generated}\n", ""),
            (("promptImage",), Drawn()),
            with_line("  promptImage: {$image: generated}\n", "").replace(
                "# any\n", "# any\n  promptImage: {$image: generated}\n"
            ),
            id="a picture that is drawn",
        ),
        pytest.param(
            with_line("{$image: generated}", "[{uri: {$image: generated}, position: 1st}]"),
            (("promptImage", 0, "position"), "first"),
            with_line("{$image: generated}", "[{uri: {$image: generated}, position: first}]"),
            id="inside a list",
        ),
        pytest.param(
            with_line("seed: null", "$$odd: null"),
            (("$odd",), ABSENT),
            with_line("  seed: null           # any\n", ""),
            id="a key that begins with a dollar",
        ),
        pytest.param(
            STORY,
            (("options",), {"$a": [1]}),
            with_line("# any\n", "# any\n  options: {$$a: [1]}\n"),
            id="a new value with such a key",
        ),
        pytest.param(
            with_line("null ", "{$env: SEED, default: null} "),
            (("seed",), ABSENT),
            with_line("  seed: null           # any\n", ""),
            id="a value from the environment goes",
        ),
        pytest.param(
            with_line("null ", "{$absent: true} "), (("seed",), 5), with_line("null ", "5 "), id="a key that was absent"
        ),
    ],
)
def test_values_that_stand_for_something(tmp_path: Path, before: str, change: Any, after: str) -> None:
    assert mend(file_of(tmp_path, before), [change], settings_of(tmp_path)).after == after


@pytest.mark.parametrize(
    ("text", "changes", "why"),
    [
        pytest.param(
            with_line("gen4-turbo ", "{$env: MODEL, default: gen4-turbo} "),
            CHANGES,
            "baseline.model is made by $env",
            id="$env",
        ),
        pytest.param(
            with_line("model: gen4-turbo ", "model: &m gen4-turbo ") + "  - {name: x, set: {model: *m}}\n",
            CHANGES,
            "baseline.model has an anchor (&…), so that other places mean it, too",
            id="anchor",
        ),
        pytest.param(
            STORY + "  - {name: no seed, unset: [seed]}\n",
            CHANGES,
            'the file would not load any more: variants[1].unset[0]: there is no key "seed" to take out.',
            id="a variant that takes it out",
        ),
        pytest.param(
            with_line("'A friendly wave'", "{$text: {length: 1001}}"),
            [(("promptText",), "short")],
            "baseline.promptText is made by $text",
            id="$text of another kind",
        ),
        pytest.param(STORY, [(("promptImage", "a"), 1)], "baseline.promptImage is made by $image", id="inside a word"),
        pytest.param(STORY, [(("a", "b"), 1)], "there is no baseline.a", id="nowhere"),
    ],
)
def test_what_cannot_be_done_is_said(tmp_path: Path, text: str, changes: Any, why: str) -> None:
    file = file_of(tmp_path, text)
    with pytest.raises(CannotEditError) as caught:
        mend(file, changes, settings_of(tmp_path))
    assert str(caught.value) == why
    assert file.read_text() == text


def test_another_baseline_than_the_one_that_was_sent_is_left_alone(tmp_path: Path) -> None:
    with pytest.raises(CannotEditError, match="another one by now"):
        mend(file_of(tmp_path, STORY), CHANGES, settings_of(tmp_path), baseline={"model": "gen4-turbo"})


def test_a_file_that_does_not_load_is_not_mended(tmp_path: Path) -> None:
    with pytest.raises(MistakesError):
        mend(file_of(tmp_path, STORY + "wrong: 1\n"), CHANGES, settings_of(tmp_path))
