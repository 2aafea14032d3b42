"""The finding codes: what each means, how it is seen, what to do, whose move it is (`harness explain CODE`)."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from typing import Final

from harness.errors import UsageError
from harness.model import Move, replace
from harness.refusal import codes_of_requests, codes_of_runs
from harness.refusal.causes import FAILURE_WORDS, failure_of
from harness.refusal.code import Code
from harness.words import text, together, told

#: Every finding code, in the order of a run.
CODES: Final[Mapping[str, Code]] = {**codes_of_requests.CODES, **codes_of_runs.CODES}


def find(code: str) -> tuple[str, Code] | None:
    """The entry of a code, or of its longest known beginning (`SAFETY.INPUT.TEXT` → SAFETY.INPUT); None without one."""
    parts = code.strip().upper().split(".")
    for length in range(len(parts), 0, -1):
        name = ".".join(parts[:length])
        if name in CODES:
            return name, CODES[name]
    return None


def move_of(code: str) -> Move:
    """Whose move a finding code is; ours for a code that nobody knows."""
    found = find(code)
    return found[1].move if found is not None else Move.OURS


def explain(code: str, lang: str = "en") -> str:
    """What a finding code means, in a few lines of this language. The beginning of a family (`PARAM`) lists its codes.

    A provider's own failure code (`INTERNAL.BAD_OUTPUT.CODE01`) is explained by the finding code that it becomes.

    Raises UsageError with the nearest codes for one that does not exist.
    """
    asked = code.strip().upper().rstrip(".*")
    if asked and asked not in CODES:
        family = [name for name in CODES if name.startswith(f"{asked}.")]
        if family:
            return _listing(family, lang)
    own = asked.split(".")[0] in FAILURE_WORDS
    found = find(failure_of(asked).code if own else asked)
    if found is None:
        raise UsageError(told("explain.unknown", code=code[:80]), _nearest(asked))
    name, entry = found[0], _said(found[0], lang)
    title = name
    if name != asked:
        title = text("explain.told_as" if own else "explain.kind_of", lang, asked=asked, name=name)
    lines = [
        (text("explain.means", lang), entry.means),
        (text("explain.seen", lang), entry.seen),
        (text("explain.do", lang), entry.do),
        (text("explain.move", lang), text(f"explain.{entry.move}", lang)),
        (text("explain.example", lang), entry.example),
    ]
    width = max(len(head) for head, _ in lines)
    return "\n".join([title, *(f"  {head:{width}}  {said}" for head, said in lines)])


def overview(lang: str = "en") -> str:
    """Every code with its meaning, one a line."""
    return _listing(list(CODES), lang)


def _listing(names: list[str], lang: str) -> str:
    width = max(map(len, names))
    return "\n".join(f"{name:<{width}}  {_said(name, lang).means}" for name in names)


def _said(name: str, lang: str) -> Code:
    """The entry of a code in this language."""
    if lang != "ru":
        return CODES[name]
    from harness.words.explained import RUSSIAN  # nobody else needs so many texts

    means, seen, do, example = RUSSIAN[name]
    return replace(CODES[name], means=means, seen=seen, do=do, example=example)


def _nearest(asked: str) -> str:
    short = {name.rsplit(".", 1)[-1]: name for name in CODES}
    near = get_close_matches(asked, CODES, n=3, cutoff=0.6) or [
        short[word] for word in get_close_matches(asked.rsplit(".", 1)[-1], short, n=2, cutoff=0.8)
    ]
    return told("usage.did_you_mean", word=together(near, told("report.or"))) if near else told("explain.all")
