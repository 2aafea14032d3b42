"""Messages for people are made by `words.told`, so that they exist in every language: the code is read to see it."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

from harness import words
from harness.words import pictures, profiles, reading, scenarios, tables
from tests.sources import literals

ROOT = Path(words.__file__).parents[1]
#: The parts of the program (packages, or modules without .py) whose messages are all told.
TOLD = (
    *("starting", "yamlio", "scenario", "provider", "matrix", "media", "jsonio"),
    *("cli", "run", "mock", "report", "plan", "fire", "refusal", "redact", "judge", "diagnose", "pytest_plugin"),
)
#: Files of these whose sentences are no messages, and why.
DATA = {
    "mock/zod.py": "imitates the provider",
    "redact.py": "stands in data, in place of what is hidden",
    "report/curl.py": "a command line",
    "report/junit.py": "XML",
}
#: What takes a message: by the name that it is called with.
SPOKEN = {
    "BadValue", "BudgetError", "CannotEditError", "ContractError", "DownloadRefused", "EnvironmentProblem", "Measured",
    "MediaError", "Mistake", "NoProviderError", "NothingSelected", "ScalarError", "TransportError", "UsageError",
    "_at_index", "_broken", "_refuse", "_refused", "_stop", "_whole", "_wrong", "mistake", "mistake_at", "refuse",
    "refuse_at",
}  # fmt: skip
#: Names that hold messages, whoever takes them.
NAMES = {"fix", "hint", "problem", "said", "what", "why"}
#: A word that stands beside a space: a part of a sentence.
SENTENCE = re.compile(r"[A-Za-z]{2,} | [A-Za-z]{2,}")
#: Functions that give back what is no message, and why.
SILENT = {
    "show_number": "stands in the parameters of findings, which are data",
    "__repr__": "for who looks for a mistake of ours",
    "__str__": "stands in names of variants, which are the same in every language",
    "setting": "stands in names of variants",
    "spelled": "a level as a scenario file writes it",
    "_without": "stands in names of variants",
    "write": "the text of a PICT model",
}
#: Blocks whose every text is used by the parts above.
OWN = (pictures, profiles, reading, scenarios, tables)


def files(parts: tuple[str, ...] = TOLD) -> Iterator[Path]:
    for part in parts:
        whole = ROOT / part
        found = sorted(whole.rglob("*.py")) if whole.is_dir() else [whole.with_suffix(".py")]
        yield from (file for file in found if str(file.relative_to(ROOT)) not in DATA)


def everything() -> list[Path]:
    return sorted(file for file in ROOT.rglob("*.py") if "words" not in file.relative_to(ROOT).parts)


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text())


def plain(node: ast.expr | None) -> list[str]:
    return [text for text in literals(node) if SENTENCE.search(text)]


def called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def assigned(node: ast.AST) -> Iterator[tuple[str, ast.expr]]:
    """The names that a statement gives a value, and the value; of pairs each by itself."""
    if isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name) and node.value is not None:
        yield node.target.id, node.value
    for target in node.targets if isinstance(node, ast.Assign) else ():
        value = node.value  # type: ignore[attr-defined]
        if isinstance(target, ast.Name):
            yield target.id, value
        elif isinstance(target, ast.Tuple):
            values = value.elts if isinstance(value, ast.Tuple) else [value] * len(target.elts)
            yield from (
                (one.id, each) for one, each in zip(target.elts, values, strict=True) if isinstance(one, ast.Name)
            )


def untold(module: ast.Module) -> Iterator[tuple[int, str]]:
    """Each English sentence that is given to something that speaks, or to a name that holds messages."""
    for scope in ast.walk(module):
        if not isinstance(scope, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        given: set[str] = set(NAMES)
        nodes = list(ast.walk(scope))
        for node in nodes:
            if isinstance(node, ast.Call) and called(node) in SPOKEN:
                values = [*node.args, *(keyword.value for keyword in node.keywords)]
                given |= {value.id for value in values if isinstance(value, ast.Name)}
                yield from ((node.lineno, text) for value in values for text in plain(value))
        for node in nodes:
            for name, value in assigned(node):
                if name in given:
                    yield from ((value.lineno, text) for text in plain(value))
            if isinstance(node, ast.Return | ast.Yield) and scope.name not in SILENT:
                yield from ((node.lineno, text) for text in plain(node.value))


@pytest.mark.parametrize("file", list(files()), ids=lambda file: str(file.relative_to(ROOT)))
def test_what_people_read_is_told(file: Path) -> None:
    assert sorted(set(untold(tree(file)))) == []


@pytest.mark.parametrize(
    "code",
    [
        'def f():\n    raise BadValue("there is no file.")',
        'def f(name):\n    raise UsageError(told("x.y"), f"Did you mean {name}?")',
        'def f(self):\n    self.refuse(path, "" or "no level", key=True)',
        'def f(doc):\n    what = f"{doc} is wrong."\n    return mistake(doc, (), what)',
        'def f():\n    text, place = "is missing", 3\n    yield Mistake(what=text, source=place)',
        'def f(count):\n    return "one mistake" if count == 1 else "several"',
        'def f(odd):\n    fix: str = odd + " is odd."',
    ],
    ids=["literal", "f-string", "one of two", "by name", "by another name", "returned", "a sum"],
)
def test_a_sentence_that_is_not_told_is_seen(code: str) -> None:
    assert len(set(untold(ast.parse(code)))) == 1


def tellings() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where something is told, the key, and the names of the parameters (None: not known here)."""
    for file in everything():
        for node in ast.walk(tree(file)):
            if isinstance(node, ast.Call) and called(node) == "told" and node.args:
                names = (
                    None if any(one.arg is None for one in node.keywords) else {str(one.arg) for one in node.keywords}
                )
                for key in literals(node.args[0]):
                    yield f"{file.relative_to(ROOT)}:{node.lineno}", key, names


def test_every_key_that_is_told_is_there_and_every_blank_of_it_is_filled() -> None:
    wrong = []
    for place, key, names in tellings():
        pattern = re.compile(re.escape(key).replace("\0", ".+"))
        found = [known for known in words.TEXTS if pattern.fullmatch(known)]
        blanks = {blank for one in found for blank in re.findall(r"\{([a-z_]+)[|:}]", words.TEXTS[one]["en"])}
        if not found or ("\0" not in key and names is not None and not blanks <= names):
            wrong.append((place, key))

    assert wrong == []


def test_no_text_of_a_mistake_is_without_a_use() -> None:
    """A key that is put together from parts counts as used with its parts."""
    constants = {
        node.value
        for file in (*everything(), ROOT / "words" / "__init__.py")
        for node in ast.walk(tree(file))
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
    }
    idle = [
        key
        for block in OWN
        for key in block.TEXTS
        if not {key, key.removesuffix(".fix"), key.removesuffix(".inside")} & constants
        and not (key.startswith("check.") and key.removeprefix("check.") in constants)
        and key.partition(".")[0] not in {"shape", "system"}
    ]

    assert idle == []
