"""PyYAML's own words never reach a user: every syntax error says where, what and what to do in ours."""

from __future__ import annotations

import pytest

from harness import yamlio
from harness.errors import MistakesError

CASES = {
    "tab": ("a:\n\t- b", "f:2:1: a tab is used to indent.\n     - b\n    ^\n  Indent with spaces."),
    "colon": (
        "a: b: c",
        (
            "f:1:5: a colon that cannot be here.\n    a: b: c\n        ^\n"
            "  Put the value in quotes if the colon belongs to it, or align the key with its neighbours."
        ),
    ),
    "list-in-line": (
        "a: - b",
        'f:1:4: a list item ("- ") cannot begin here.\n    a: - b\n       ^\n  Begin the list on a line of its own.',
    ),
    "open-list": (
        "a:\n  - [1, 2\nb: 3",
        "f:3:2: a comma or the closing ] is missing, in the list that opens on line 2.\n    b: 3\n     ^\n  Add it.",
    ),
    "open-mapping": (
        "a: {b: 1",
        (
            "f:1:9: a comma or the closing } is missing, in the mapping that opens on line 1.\n"
            "    a: {b: 1\n            ^\n  Add it."
        ),
    ),
    "no-colon": (
        "a: 1\nb\nc: 2",
        (
            "f:2:1: this line is neither a key with a value nor a part of what stands above it.\n    b\n    ^\n"
            "  Write `key: value`, or indent it."
        ),
    ),
    "quote": ("a: 'b\nc: d", "f:1:4: the quote that opens here is never closed.\n    a: 'b\n       ^\n  Close it."),
    "quote-and-document": (
        "a: 'b\n---\nc",
        "f:1:4: the quote that opens here is not closed before the next document.\n    a: 'b\n       ^\n  Close it.",
    ),
    "escape": (
        'a: "\\q"',
        (
            'f:1:5: an escape that YAML does not know.\n    a: "\\q"\n        ^\n'
            "  Write \\\\ for a backslash, or put the text in single quotes."
        ),
    ),
    "hex-escape": (
        'a: "\\x4"',
        (
            'f:1:7: an escape whose digits are wrong.\n    a: "\\x4"\n          ^\n'
            "  Write \\\\ for a backslash, or put the text in single quotes."
        ),
    ),
    "escape-beyond-unicode": (
        'a: "\\U00110000"',
        (
            'f:1:7: an escape that is no character.\n    a: "\\U00110000"\n          ^\n'
            "  Write the character itself, or its right number."
        ),
    ),
    "at": ("a: @b", "f:1:4: a text cannot begin with @.\n    a: @b\n       ^\n  Put it in quotes."),
    "backtick": ("a: `b`", "f:1:4: a text cannot begin with `.\n    a: `b`\n       ^\n  Put it in quotes."),
    "percent": ("a: %b", "f:1:4: a text cannot begin with %.\n    a: %b\n       ^\n  Put it in quotes."),
    "block-header": (
        "a: >x\n  b",
        (
            "f:1:5: what follows | or > is wrong.\n    a: >x\n        ^\n"
            "  End the line after | or >, and begin the text on the next line."
        ),
    ),
    "star": (
        "a: *.txt",
        (
            "f:1:5: a text that begins with * or & is an alias or an anchor.\n    a: *.txt\n        ^\n"
            "  Put the text in quotes."
        ),
    ),
    "two-commas": (
        "[a,,b]",
        "f:1:4: a value is missing here.\n    [a,,b]\n       ^\n  Write it, or take the extra sign out.",
    ),
    "dedent-in-list": (
        "- a\nb: 1",
        (
            "f:2:1: this does not belong to the list that begins on line 1.\n    b: 1\n    ^\n"
            '  Begin the line with "- ", or align it with its key.'
        ),
    ),
    "text-after-quote": (
        'a: "b" c',
        (
            'f:1:8: this does not belong to the mapping that begins on line 1.\n    a: "b" c\n           ^\n'
            "  Check the indentation and the quotes, here and on the line before."
        ),
    ),
    "after-the-end": (
        "'a' b",
        (
            "f:1:5: this does not belong to the value that ends before it.\n    'a' b\n        ^\n"
            "  Check the indentation and the quotes, here and on the line before."
        ),
    ),
    "version": (
        "%YAML 1.3\n---\na",
        "f:1:1: this YAML version is not known.\n    %YAML 1.3\n    ^\n  Leave the %YAML line out.",
    ),
    "directive": (
        "%FOO\n---\na",
        (
            "f:1:5: a line that begins with % is a directive, and this one is not known.\n    %FOO\n        ^\n"
            "  Leave it out."
        ),
    ),
    "tag-handle": (
        "a: !h!x 3",
        (
            "f:1:4: a tag that is written wrong.\n    a: !h!x 3\n       ^\n"
            "  Files are plain YAML without tags of their own. Leave it out."
        ),
    ),
    "empty-key": (
        ": a",
        (
            "f:1:1: this does not belong to the mapping that begins on line 1.\n    : a\n    ^\n"
            "  Check the indentation and the quotes, here and on the line before."
        ),
    ),
    "long-line": (
        "a: '" + "b" * 300 + "' c",
        (
            "f:1:307: this does not belong to the mapping that begins on line 1.\n"
            "  Check the indentation and the quotes, here and on the line before."
        ),
    ),
    "terminal-escapes-are-not-shown": (
        "a: '\u202eb' c",
        (
            "f:1:9: this does not belong to the mapping that begins on line 1.\n    a: '·b' c\n            ^\n"
            "  Check the indentation and the quotes, here and on the line before."
        ),
    ),
}


@pytest.mark.parametrize(("text", "expected"), CASES.values(), ids=CASES)
def test_a_syntax_error(text: str, expected: str) -> None:
    with pytest.raises(MistakesError) as caught:
        yamlio.parse(text, file="f")
    assert str(caught.value) == expected
