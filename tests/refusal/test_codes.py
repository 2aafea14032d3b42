import re
from pathlib import Path

import pytest

import harness
from harness.errors import UsageError
from harness.model import Move
from harness.refusal.codes import CODES, explain, find, move_of, overview

PACKAGE = Path(harness.__file__).parent


def test_a_whole_entry() -> None:
    assert explain("PARAM.VALUE") == (
        "PARAM.VALUE\n"
        "  means    The API does not take this value of the field.\n"
        "  seen     A 4xx with a list of allowed values, or one that names the field without saying more.\n"
        "  do       Send one of the allowed values; the finding proposes the nearest.\n"
        "  move     yours\n"
        "  example  ratio=9:16: the API wants pixels, and 720:1280 is the same shape."
    )


@pytest.mark.parametrize(
    ("asked", "title"),
    [
        ("safety.input.text", "SAFETY.INPUT.TEXT, a kind of SAFETY.INPUT"),
        ("SAFETY.SOMETHING", "SAFETY.SOMETHING, a kind of SAFETY"),
        ("SAFETY.*", "SAFETY"),
        ("NETWORK.WEIRD", "NETWORK.WEIRD, a kind of NETWORK"),
        (" task.failed ", "TASK.FAILED"),
    ],
)
def test_the_longest_known_beginning_explains(asked: str, title: str) -> None:
    assert explain(asked).splitlines()[0] == title


def test_the_name_of_a_family_lists_it() -> None:
    assert explain("auth") == (
        "AUTH.MISSING    The request reached the API without a key.\n"
        "AUTH.REFUSED    The API does not accept the key.\n"
        "AUTH.HOST       The key belongs to another host.\n"
        "AUTH.FORBIDDEN  The account may not do this at all."
    )


@pytest.mark.parametrize(
    ("asked", "fix"),
    [
        ("PARAM.VALEU", "Did you mean PARAM.VALUE or "),
        ("TIMEOUT", "Did you mean TASK.TIMEOUT or NETWORK.TIMEOUT?"),
        ("xyzzy", "`harness explain` lists all codes."),
        ("", "`harness explain` lists all codes."),
    ],
)
def test_an_unknown_code_is_a_usage_error_with_the_nearest(asked: str, fix: str) -> None:
    with pytest.raises(UsageError) as raised:
        explain(asked)

    assert raised.value.text == f'There is no finding code "{asked}".'
    assert raised.value.fix.startswith(fix)


def test_every_code_is_told_in_whole_sentences() -> None:
    for name, code in CODES.items():
        assert re.fullmatch(r"[A-Z]+(\.[A-Z0-9_]+)*", name)
        for text in (code.means, code.seen, code.do, code.example):
            assert text == text.strip()
            assert text
        assert code.means.endswith((".", "?"))
        assert code.do.endswith((".", "?"))


def test_the_overview_has_every_code_once() -> None:
    assert [line.split()[0] for line in overview().splitlines()] == list(CODES)


def test_every_code_that_the_program_can_find_is_explained() -> None:
    families = {name.split(".")[0] for name in CODES if "." in name}
    pattern = rf"[\"']((?:{'|'.join(sorted(families))})\.[A-Z0-9_]+)[\"']"
    named = {
        code
        for folder in ("fire", "judge", "refusal", "provider", "run")
        for file in (PACKAGE / folder).rglob("*.py")
        for code in re.findall(pattern, file.read_text())
    }

    assert sorted(code for code in named if code not in CODES) == []


@pytest.mark.parametrize(
    ("code", "move"),
    [
        ("PARAM.VALUE", Move.YOURS),
        ("SAFETY.OUTPUT.IMAGE", Move.YOURS),
        ("PROVIDER.5XX", Move.PROVIDERS),
        ("OURS.BUG", Move.OURS),
        ("NOBODY.KNOWS", Move.OURS),
    ],
)
def test_whose_move_it_is(code: str, move: Move) -> None:
    assert move_of(code) == move


def test_nothing_is_found_for_nothing() -> None:
    assert find("") is None
