"""Commands as browsers, Postman and documentation write them, read as the shell would."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.errors import UsageError
from harness.starting.shell import words_of

#: What JSON and addresses hold, and every sign that one of the shells gives a meaning.
TEXTS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=30)
PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=0x2FFF, exclude_categories=["Cc", "Cs", "Zl", "Zp"]))


def chrome_posix(text: str) -> str:
    """As `escapeStringPosix` of Chrome's developer tools writes a word."""
    if not re.search(r"[\0-\x1f\x7f-\x9f!]|'", text):
        return f"'{text}'"
    text = text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n").replace("\r", "\\r")
    return "$'" + re.sub(r"[\0-\x1f\x7f-\x9f!]", lambda found: f"\\u{ord(found[0]):04x}", text) + "'"


def chrome_windows(text: str) -> str:
    """As `escapeStringWin` of Chrome's developer tools writes a word."""
    text = text.replace("\\", "\\\\").replace('"', '\\"')
    text = re.sub(r"[^a-zA-Z0-9\s_\-:=+~'/.',?;()*`]", lambda found: f"^{found[0]}", text)
    text = re.sub(r"%(?=[a-zA-Z0-9_])", "%^", text)
    return '^"' + re.sub(r"\r?\n|\r", "^\n\n", text) + '^"'


def postman(text: str) -> str:
    """As Postman's code generator writes a word: single quotes, each of them outside of quotes."""
    return "'" + text.replace("'", "'\\''") + "'"


@given(TEXTS, TEXTS)
def test_what_chrome_copies_for_bash(first: str, second: str) -> None:
    command = f"curl {chrome_posix(first)} \\\n  -H {chrome_posix(second)} \\\n  --compressed"
    assert words_of(command) == ("curl", first, "-H", second, "--compressed")


@given(PRINTABLE, st.lists(PRINTABLE, max_size=3).map("\n".join))
def test_what_chrome_copies_for_cmd(first: str, second: str) -> None:
    command = f"curl {chrome_windows('https://' + first)} ^\n  -H {chrome_windows(second)} ^\r\n  --compressed"
    assert words_of(command) == ("curl", "https://" + first, "-H", second, "--compressed")


@given(TEXTS)
def test_what_postman_writes(text: str) -> None:
    assert words_of(f"curl --location {postman(text)} \\\r\n--data {postman(text)}") == (
        "curl", "--location", text, "--data", text,
    )  # fmt: skip


@pytest.mark.parametrize(
    ("command", "words"),
    [
        pytest.param("curl a b", ("curl", "a", "b"), id="plain"),
        pytest.param("\n  $ curl a\nsecond line", ("$", "curl", "a"), id="a prompt, a second command"),
        pytest.param("curl a | jq .", ("curl", "a"), id="a pipe"),
        pytest.param("curl a > out.json", ("curl", "a"), id="a redirection"),
        pytest.param("curl a 2>/dev/null", ("curl", "a"), id="errors redirected"),
        pytest.param("curl a && echo", ("curl", "a"), id="and"),
        pytest.param("curl https://a/b?c=1&d=2 -d x", ("curl", "https://a/b?c=1&d=2", "-d", "x"), id="& in an address"),
        pytest.param("curl a # why\n", ("curl", "a"), id="a comment"),
        pytest.param("curl a#b", ("curl", "a#b"), id="no comment"),
        pytest.param(r'curl "a \"b\" $C \\ \n"', ("curl", r'a "b" $C \ \n'), id="double quotes"),
        pytest.param('curl "a\\\nb"', ("curl", "ab"), id="a line joined in quotes"),
        pytest.param(r"curl a\ b", ("curl", "a b"), id="a blank with a backslash"),
        pytest.param("curl ''", ("curl", ""), id="an empty word"),
        pytest.param("curl a'b'\"c\"", ("curl", "abc"), id="parts of one word"),
        pytest.param(r"curl $'\x41\102\t\e\q\?\ud83d\ude00\U0001F600'", ("curl", "AB\t\x1b\\q?😀😀"), id="codes"),
        pytest.param(r"curl $'\xc3\xbc\303\274'", ("curl", "üü"), id="bytes of UTF-8"),
        pytest.param(r"curl $'\xff \ud800x'", ("curl", "? ?x"), id="bytes of nothing"),
        pytest.param('curl $"a"', ("curl", "a"), id="a translated text"),
        pytest.param('curl "a ""b"" c" ^\n -X POST', ("curl", 'a "b" c', "-X", "POST"), id="cmd: doubled quotes"),
        pytest.param('curl ^\n "a^b" \\x\\', ("curl", "a^b", "\\x\\"), id="cmd: a caret in quotes, backslashes"),
        pytest.param('curl ^\n "a\\\\" b', ("curl", "a\\", "b"), id="cmd: a backslash at the end"),
        pytest.param('curl ^"a^"\necho', ("curl", "a"), id="cmd: a second command"),
        pytest.param("curl.exe a `\r\n  -X POST", ("curl.exe", "a", "-X", "POST"), id="PowerShell's line ends"),
        pytest.param("", (), id="nothing"),
    ],
)
def test_words(command: str, words: tuple[str, ...]) -> None:
    assert words_of(command) == words


@pytest.mark.parametrize(
    ("command", "quote"), [("curl 'a", "'"), ('curl "a', '"'), ("curl $'a\\'", "'"), ('curl ^"a', '"')]
)
def test_a_quote_without_an_end(command: str, quote: str) -> None:
    with pytest.raises(UsageError) as caught:
        words_of(command)
    assert str(caught.value) == (
        f"curl: a quote ({quote}) has no end.\n"
        "  Copy the whole command; `harness init --from-curl -` reads it from stdin, where no shell changes it."
    )
