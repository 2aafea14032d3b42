"""The command line in Russian: its help, a newcomer's mistakes, what commands print, what a run meets."""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from harness import cli, words
from harness.cli import COMMANDS, main
from harness.mock.faults import FAULTS
from harness.refusal.codes import CODES
from harness.report import REPORTS
from harness.words import (
    asking,
    explained,
    facts,
    faults,
    filing,
    helping,
    mistaking,
    pictures,
    sending,
    serving,
    troubling,
)
from tests.sources import literals

SCENARIO = """\
name: waving
provider: ./profile.yaml
endpoint: make
baseline: {prompt: hello, seed: 1}
matrix:
  strength: 2
  factors: {seed: [1, 2], ratio: [wide, tall]}
variants:
  - plain
"""
MISTAKES = {
    "no such option": ["--liv"],
    "no value": ["--jobs"],
    "a value too many": ["--live=yes"],
    "no such command": ["valdate"],
    "neither command nor file": ["xyzzy"],
    "no number": ["-j", "0", "--poll-interval", "soon", "--max-credits", "-1"],
    "no scenarios": [],
    "no file": ["scenarios/nothing.yaml"],
    "nothing selected": ["scenario.yaml", "-k", "zebra"],
    "no expression": ["scenario.yaml", "-k", "a and (b"],
    "no tag": ["scenario.yaml", "--tag", "zebra"],
    "no id": ["scenario.yaml", "--only", "v-0"],
    "no key": ["scenario.yaml", "--live"],
    "money without a word": ["scenario.yaml", "--base-url", "https://api.acme.invalid"],
    "no run": ["resume"],
    "no such run": ["compare", "a", "b"],
    "no such report": ["report", "-f", "pdf"],
    "no report": ["ledger"],
    "no shard": ["scenario.yaml", "--shard", "5/4"],
    "no such code": ["explain", "PARAM.VALEU"],
    "no such fault": ["scenario.yaml", "--faults", "http-593,reset@0,empty/nowhere,no-id:2"],
    "nothing to merge": ["merge"],
    "no plan": ["scenario.yaml", "--plan", "scenario.yaml"],
    "no baseline": ["scenario.yaml", "--baseline", "known.json"],
}
QUOTED = re.compile(r'`[^`]*`|"(?:[^"\\]|\\.)*"|«[^»]*»|“[^”]*”|\'[^\']*\'|\{[^{}]*\}')
ENGLISH = re.compile(r"(?<![\w.$*/<-])[A-Za-z']+(?: [A-Za-z']+){2,}")
#: Lines of an example, and names of things: HTTP's own words.
COMMAND = re.compile(r"^ *(?:python -m harness|RUNWAYML_API_SECRET=)|^export ")


def english(text: str) -> list[str]:
    """Three Latin words side by side, outside of quotes, code and command lines."""
    said = "\n".join(line for line in text.splitlines() if not COMMAND.match(line))
    return ENGLISH.findall(QUOTED.sub("…", said))


@pytest.fixture
def russian(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HARNESS_LANG", "ru")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.delenv("ACME_KEY", raising=False)
    monkeypatch.delenv("CI", raising=False)
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_help(command: str, capsys: pytest.CaptureFixture[str], golden: Callable[[str, str], None]) -> None:
    if command:
        with pytest.raises(SystemExit):
            main([command, "--help"])
    else:
        main(["--help"])
    said = capsys.readouterr().out

    golden(f"help/{command or 'harness'}.ru.txt", said)
    assert said.startswith("использование: harness ")
    assert english(said) == []


@pytest.mark.parametrize("argv", [["--lang", "ru", "--help"], ["--lang=ru", "help"], ["--help", "--lang", "ru"]])
def test_the_help_in_the_language_that_stands_beside_it(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    main(argv)

    assert capsys.readouterr().out.startswith("использование: harness [КОМАНДА]")


def test_a_language_before_the_command_is_no_run(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--lang", "ru", "explain", "SLOW"]) == 0

    assert "значит" in capsys.readouterr().out


@pytest.mark.usefixtures("russian")
def test_a_newcomer_s_mistakes(run: Callable[..., Any], golden: Callable[[str, str], None]) -> None:
    said = []
    for name, argv in MISTAKES.items():
        ran = run(*argv)
        assert ran.code != 0, name
        assert ran.out == "", name
        said.append(f"# {name}: harness {' '.join(argv)}\n{ran.err}".replace(str(ran.folder), "HERE"))
    whole = "\n".join(said)

    golden("mistakes/commands.ru.err", whole)
    assert english("\n".join(line for line in whole.splitlines() if not line.startswith("# "))) == []


@pytest.mark.usefixtures("russian")
@pytest.mark.parametrize(
    "argv",
    [
        ["validate", "scenario.yaml"],
        ["list", "scenario.yaml"],
        ["matrix", "scenario.yaml", "--keep"],
        ["plan", "scenario.yaml"],
        ["scenario.yaml", "-v"],
        ["scenario.yaml", "--faults", "http-500,slow-body", "-v"],
        ["mock", "--list-faults"],
        ["explain"],
        ["explain", *CODES],
        ["explain", "INTERNAL.BAD_OUTPUT.CODE01", "SAFETY.INPUT.TEXT", "PARAM"],
    ],
    ids=lambda argv: " ".join(argv[:3]),
)
def test_what_commands_print(argv: list[str], run: Callable[..., Any]) -> None:
    ran = run(*argv)

    assert re.search(r"[а-я]{3}|list", ran.out + argv[0])
    assert english(ran.out + ran.err) == []


@pytest.mark.usefixtures("russian")
def test_what_a_network_does_is_told_in_russian_and_kept_in_english(run: Callable[..., Any]) -> None:
    ran = run("scenario.yaml", "--base-url", "http://127.0.0.1:9", "--report", "html", "-v")
    latest = ran.folder / "reports" / "latest"

    assert "127.0.0.1:9: нет соединения (соединение отклонено)." in ran.out
    assert ", ещё раз через " in ran.err
    assert english(ran.out + ran.err) == []
    assert "127.0.0.1:9: нет соединения" in (latest / "report.md").read_text(encoding="utf-8")
    data = (latest / "report.json").read_text(encoding="utf-8") + (latest / "events.jsonl").read_text(encoding="utf-8")
    assert "127.0.0.1:9 cannot be reached (Connection refused)." in data
    assert not re.search("[а-яё]", data)

    # Rendered by another process, which has only the data.
    run("report", "-f", "markdown", "-o", "again.md")
    assert "127.0.0.1:9: нет соединения" in (ran.folder / "again.md").read_text(encoding="utf-8")


def samples() -> Iterator[tuple[str, dict[str, str]]]:
    for key, (template, _) in {**sending.TEXTS, **pictures.TEXTS}.items():
        if key.startswith(("fact.", "measured.")):
            names = set(re.findall(r"\{([a-z_]+)[|:}]", template))
            params = {name: "7" if name in {"polls", "count"} else "x" for name in names}
            params |= dict.fromkeys(names & {"age", "bytes", "most", "seconds", "status"}, "12")
            yield key, params | ({"because": " (x)"} if "because" in names else {})


@pytest.mark.parametrize(("key", "params"), list(samples()), ids=[key for key, _ in samples()])
def test_every_fact_is_known_again_by_its_english(key: str, params: dict[str, str]) -> None:
    message = words.told(key, **params)

    assert words.in_lang(facts.retold(str(message)), "ru") == message.within("ru")


@pytest.mark.parametrize("text", ["", ".", "Hello. World.", "x" * 3000 + " cannot be reached.", "cannot be reached"])
def test_what_was_no_fact_stays_as_it_is(text: str) -> None:
    assert facts.retold(text) == text


def test_two_facts_side_by_side() -> None:
    said = "The API answered 200 with an empty body, so a task may exist without its id. It named the id a.b. c."

    assert words.in_lang(facts.retold(said), "ru") == (
        "Ответ API: 200, пустое тело: может существовать задача с неизвестным id. В ответе назван id a.b. c."
    )


@pytest.mark.parametrize(
    "block", [asking, filing, helping, mistaking, sending, serving, troubling], ids=lambda block: block.__name__
)
def test_no_english_in_a_russian_text(block: Any) -> None:
    assert {key: found for key, (_, text) in block.TEXTS.items() if (found := english(text))} == {}


def test_every_code_and_every_fault_is_explained_in_russian() -> None:
    assert list(explained.RUSSIAN) == sorted(explained.RUSSIAN, key=list(CODES).index)
    assert explained.RUSSIAN.keys() == CODES.keys()
    assert faults.RUSSIAN.keys() == FAULTS.keys()
    assert [name for name, fault in FAULTS.items() if bool(fault.in_process) != bool(faults.RUSSIAN[name][2])] == []


def test_the_help_names_every_report() -> None:
    assert all(name in text for text in asking.TEXTS["option.format"] for name in REPORTS)
    assert all(name in text for text in asking.TEXTS["option.report"] for name in REPORTS)


#: What prints, by the name that it is called with.
SINKS = {"print", "write", "writelines", "_tell", "complain", "raw"}
SENTENCE = re.compile(r"[A-Za-z]{2,} [a-z]{2,}|: [a-z]{3,}")


def untranslated(module: ast.Module) -> list[str]:
    """English that is printed as it stands, and helps that stand beside an option instead of in the texts."""
    found = []
    for call in (node for node in ast.walk(module) if isinstance(node, ast.Call)):
        name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
        if name in SINKS:
            found += [text for value in call.args for text in literals(value) if SENTENCE.search(text)]
        if name == "Option":
            found += [word.arg for word in call.keywords if word.arg == "help"]
    return found


@pytest.mark.parametrize("file", sorted(Path(cli.__file__).parent.glob("*.py")), ids=lambda file: file.name)
def test_nothing_is_printed_in_one_language_alone(file: Path) -> None:
    assert untranslated(ast.parse(file.read_text(encoding="utf-8"))) == []


@pytest.mark.parametrize(
    "code",
    [
        'sys.stdout.write("all is well\\n")',
        'sys.stderr.write(f"{file}: written anew\\n")',
        'sys.stdout.writelines(f"{name} is there\\n" for name in names)',
        '_tell("" if quiet else "it ends now")',
        'Option(flags=("--x",), help="does a thing")',
    ],
)
def test_what_is_printed_in_one_language_is_seen(code: str) -> None:
    assert len(untranslated(ast.parse(code))) == 1
