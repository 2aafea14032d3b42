from __future__ import annotations

import csv
import io
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harness.errors import MistakesError
from harness.matrix.csvfile import parse_table, read_table, write_table
from tests.effort import examples


def cells(text: str) -> list[list[str]]:
    table = parse_table(text, file="t.csv")
    return [[cell.text for cell in row] for row in (table.names, *table.rows)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        pytest.param("a,b\n1,2\n", [["a", "b"], ["1", "2"]], id="plain"),
        pytest.param("\ufeffa;b\r\n1;2\r\n", [["a", "b"], ["1", "2"]], id="semicolons, carriage returns"),
        pytest.param("a\tb c\n1\t2, 3\n", [["a", "b c"], ["1", "2, 3"]], id="what PICT writes"),
        pytest.param('a,b\n"1,\n""x""",\n', [["a", "b"], ['1,\n"x"', ""]], id="quotes"),
        pytest.param("\n\na\n\n1\n\n", [["a"], ["1"]], id="empty lines"),
        pytest.param("a,b\n,\n1,", [["a", "b"], ["", ""], ["1", ""]], id="empty cells"),
        pytest.param('"a,b;c;d"\n1', [["a,b;c;d"], ["1"]], id="one column"),
    ],
)
def test_cells(text: str, expected: list[list[str]]) -> None:
    assert cells(text) == expected


@pytest.mark.parametrize(
    ("text", "said"),
    [
        pytest.param("", "t.csv: the file has no row.", id="empty"),
        pytest.param("a,a\n", 't.csv:1:3: the column "a" stands twice.', id="twice"),
        pytest.param("a,\n", "t.csv:1:3: a column has no name.", id="no name"),
        pytest.param("a,b\n1\n", "t.csv:2:1: the row has 1 cells, and there are 2 columns.", id="short"),
        pytest.param('a,b\n1,"2\n', "t.csv:2:3: the cell that begins here has no closing double quote.", id="open"),
        pytest.param(
            'a,b\n1,"2"x\n', 't.csv:2:3: the cell that begins here goes on behind its closing quote: "x\\n".', id="odd"
        ),
    ],
)
def test_mistakes(text: str, said: str) -> None:
    with pytest.raises(MistakesError) as caught:
        parse_table(text, file="t.csv")
    assert str(caught.value).split("\n")[0] == said


def test_places_behind_a_cell_of_several_lines() -> None:
    table = parse_table('a,b,c\n"1\n2",3,4\n5,6,7\n', file="t.csv")
    assert [(cell.source.line, cell.source.column) for row in table.rows for cell in row] == [
        (2, 1), (3, 4), (3, 6), (4, 1), (4, 3), (4, 5),
    ]  # fmt: skip


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(MistakesError, match="cannot be read"):
        read_table(tmp_path / "none.csv")


@settings(max_examples=examples(200), deadline=None)
@given(st.lists(st.lists(st.text(alphabet='a,;\t"\n é', max_size=5), min_size=2, max_size=2), max_size=5))
def test_what_is_written_is_read_again(rows: list[list[str]]) -> None:
    text = "".join(write_table(["x", "y"], rows))
    assert text == _by_the_library([["x", "y"], *rows])
    assert cells(text) == [["x", "y"], *rows]


def _by_the_library(rows: list[list[str]]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, lineterminator="\n").writerows(rows)
    return buffer.getvalue()


@settings(max_examples=examples(200), deadline=None)
@given(st.text(alphabet='ab,;\t"\r\n', max_size=40))
def test_no_text_is_too_odd(text: str) -> None:
    try:
        table = parse_table(text, file="t.csv")
    except MistakesError as error:
        assert error.mistakes  # noqa: PT017  # either a table or mistakes, and nothing else
    else:
        assert all(len(row) == len(table.names) for row in table.rows)
