"""Mistakes in files, said in Russian: the whole of what `harness validate` says of every broken example."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Self

import pytest

from harness import words
from harness.cli import main
from harness.errors import EXIT_OK, EXIT_USAGE, MistakesError
from harness.matrix.csvfile import parse_table
from harness.matrix.pict.read import parse as pict
from harness.provider import load
from harness.words import pictures, profiles, reading, scenarios, schemas, tables

ROOT = Path(__file__).resolve().parents[2]
EXAMPLES = ROOT / "tests" / "examples"
PROFILES = ROOT / "tests" / "provider" / "profiles"
#: What is quoted as it stands in files, commands and other programs: texts in quotes, code, {…}.
QUOTED = re.compile(r'`[^`]*`|"(?:[^"\\]|\\.)*"|«[^»]*»|\{[^{}]*\}')
ENGLISH = re.compile(r"(?<![\w.$*/-])[A-Za-z']+(?: [A-Za-z']+){2,}")


def english(text: str) -> list[str]:
    """Three Latin words side by side, outside of what is quoted, and of the lines of the file that a mistake shows."""
    said = "\n".join(line for line in text.splitlines() if not line.startswith("    "))
    return ENGLISH.findall(QUOTED.sub("…", said))


@pytest.fixture
def validate(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Callable[[Path], str]:
    """Everything that `harness validate` says of a file or folder in Russian."""

    def said(path: Path) -> str:
        monkeypatch.chdir(path.parent)
        monkeypatch.setenv("EXAMPLE_USER", "ada")
        for name in ("PWD", "OLDPWD"):  # a shell says where it is, and that stands in messages
            monkeypatch.delenv(name, raising=False)
        assert main(["validate", path.name, "--lang", "ru"]) == EXIT_USAGE
        seen = capsys.readouterr()
        assert seen.out == ""
        return seen.err.replace(str(ROOT), "PROJECT")

    return said


def test_every_mistake_of_the_broken_examples_is_said_in_russian(
    validate: Callable[[Path], str], golden: Callable[[str, str], None]
) -> None:
    said = validate(EXAMPLES / "invalid")

    golden("mistakes/scenarios.ru.err", said)
    assert english(said) == []


def test_the_russian_says_as_much_as_the_english(validate: Callable[[Path], str]) -> None:
    """Place by place: what Russian says is at the same lines of the same files, and nothing is left out."""
    russian = validate(EXAMPLES / "invalid").splitlines()
    texts = [file.read_text(encoding="utf-8") for file in sorted((EXAMPLES / "invalid").glob("*.err"))]
    places = re.compile(r"^(invalid/[\w./]+(?::\d+:\d+)?): ", re.MULTILINE)

    found = [place for line in russian for place in places.findall(line)]

    assert set(found) >= {place for text in texts for place in places.findall(text)}


def test_every_mistake_of_a_broken_profile_or_contract_is_said_in_russian(
    tmp_path: Path, golden: Callable[[str, str], None]
) -> None:
    said = ""
    for name in sorted(file.name for file in (PROFILES / "invalid").iterdir()):
        with pytest.raises(MistakesError) as caught:
            load(name, base=PROFILES / "invalid", cwd=PROFILES / "invalid")
        said += f"{caught.value.within('ru')}\n"
    for name in [*sorted(file.name for file in (PROFILES / "contracts").iterdir()), "missing.json"]:
        profile = "name: a\nbase_url: https://a.invalid\npoll: {path: '/{id}'}\n"
        contract = f"contract: {PROFILES / 'contracts' / name}\n"
        (tmp_path / "profile.yaml").write_text(profile + contract, encoding="utf-8")
        with pytest.raises(MistakesError) as caught:
            load("profile.yaml", base=tmp_path)
        said += f"{caught.value.within('ru')}\n".replace(str(PROFILES), "PROFILES")

    golden("mistakes/profiles.ru.err", said)
    assert english(said) == []


MODEL = """\
Size 10
: 1
{ A }
Type: Single, ~Broken
Type: Twice
A @ 3: 1, 2
Size: 10, 20
{ Type, Nope, } @ 2
{ Type, Size } @ 3
{ Type
{ Type } 5
Late: 1
IF [Size] THEN [Type] = "Single";
[Nope] = 1;
[Type] = 5;
"""
CONSTRAINTS = """\
Type: Single, Span, ~Broken
Size: 10, 20
IF [Size] THEN [Type] = "Single";
[Nope] = 1;
[Type] = 5;
[Size] = "x";
[Size] = [Type];
[Size] LIKE "1*";
[Type] LIKE 5;
[Type] IN "a";
[Type] IN {"a" "b"};
[Type] NOT = 1;
IF [Type] = "Span" [Size] = 10;
[Size] > 100;
([Size] = 10;
IsNegative Type;
"open = [Size] = 10
"""
TABLE = 'a,a,\n1,2\n"x"y,3,4\n'


def test_every_mistake_of_a_table_or_a_model_is_said_in_russian(golden: Callable[[str, str], None]) -> None:
    said = ""
    for read, text in ((pict, MODEL), (pict, CONSTRAINTS), (pict, ""), (parse_table, TABLE), (parse_table, "")):
        with pytest.raises(MistakesError) as caught:
            read(text, file="file")
        said += f"{caught.value.within('ru')}\n"

    golden("mistakes/tables.ru.err", said)
    assert english(said) == []


HEAD = """\
name: rows
provider: runway
endpoint: text_to_video
baseline: {model: veo3.1, promptText: a, ratio: 1280:720, duration: 4}
matrix:
  factors: {ratio: [1280:720, 720:1280], duration: [4, 6], seed: [1, 2]}
  exclude:
"""
NO_ROW = "    - {ratio: [1280:720, 720:1280]}\n"
NO_LEVEL = "    - {ratio: 1280:720, duration: 4}\n    - {ratio: 1280:720, duration: 6}\n"
NO_INCLUDE = (
    "    - {ratio: 1280:720, duration: 4}\n    - {ratio: 720:1280, seed: 1}\n  include: [{seed: 1, duration: 4}]\n"
)


@pytest.mark.parametrize(
    ("text", "what", "fix"),
    [
        (
            NO_ROW,
            "matrix.exclude[0]: не остаётся ни одной строки: matrix.exclude[0] запрещает всё.",
            "Исключайте меньше.",
        ),
        (
            NO_LEVEL,
            (
                "matrix.factors.ratio[0]: ни в одной строке не может быть ratio=1280:720: "
                "matrix.exclude[0] и matrix.exclude[1] запрещают это."
            ),
            "Уберите уровень или исключайте меньше.",
        ),
        (
            NO_INCLUDE,
            (
                "matrix.include[0]: ни в одной строке матрицы не может быть этих уровней: "
                "matrix.exclude[0] и matrix.exclude[1] запрещают их."
            ),
            "Уберите строку или исключайте меньше.",
        ),
    ],
    ids=["no row", "no row for a level", "no row for an include"],
)
def test_what_constraints_make_impossible_is_said_in_russian(
    text: str, what: str, fix: str, tmp_path: Path, validate: Callable[[Path], str]
) -> None:
    file = tmp_path / "rows.yaml"
    file.write_text(HEAD + text, encoding="utf-8")

    said = validate(file)

    assert f": {what}\n  {fix}\n" in said
    assert said.count("\n") == 2


@pytest.mark.parametrize(
    "block", [pictures, profiles, reading, scenarios, schemas, tables], ids=lambda one: one.__name__
)
def test_no_russian_text_of_a_mistake_holds_an_english_sentence(block: object) -> None:
    texts: dict[str, tuple[str, str]] = block.TEXTS  # type: ignore[attr-defined]

    assert {key: found for key, (_, russian) in texts.items() if (found := english(russian))} == {}


def test_no_message_is_made_for_a_file_in_order(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Thousands of variants are read without a thought of what could be wrong with them."""
    rows = "".join(f"  - {{name: v{number}, set: {{seed: {number}}}}}\n" for number in range(2000))
    head = "name: many\nprovider: runway\nendpoint: text_to_video\n"
    base = "baseline: {model: veo3.1, promptText: a, ratio: 1280:720, duration: 4}\nvariants:\n"
    (tmp_path / "many.yaml").write_text(head + base + rows, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    made: list[object] = []

    class Counted(words.Told):
        def __new__(cls, *pieces: object) -> Self:
            made.append(pieces)
            return super().__new__(cls, *pieces)  # type: ignore[arg-type]

    monkeypatch.setattr(words, "Told", Counted)
    assert main(["validate", "many.yaml"]) == EXIT_OK
    few = len(made)
    capsys.readouterr()
    assert main(["validate", "none.yaml"]) == EXIT_USAGE  # and what is wrong is counted

    assert few < 20
    assert len(made) > few


def test_an_english_sentence_would_be_seen() -> None:
    text = words.in_lang(words.told("read.failed", why="No such thing"), "ru")

    assert english(text) == ["No such thing"]
    assert english('файл "no such thing" и `no such thing`\n    no such thing') == []
