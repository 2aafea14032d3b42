"""The reader against a corpus of refusal bodies: some to tune with, half held out. See corpus/README.md.

The held-out half is only ever counted: no message of this file says which of its bodies was read wrongly.
"""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
import yaml

from harness.refusal.messages import read

CORPUS = Path(__file__).parent / "corpus"
HALVES = ("tuning", "held_out")
LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

#: The least share of fields (micro F1) and of allowed lists (exact), and the most invented fields, of each half.
#: The held-out half invented two at its last look; no more may come.
#: `blind_c` and `blind_d` were read once and never tuned on. What the reader does not read of c is not English.
#: The bodies of `blind` were blind once (.930, .727, 0) and are tuned on since; those of `own` were from the start.
GATES: Mapping[str, tuple[float, float, int]] = {
    "tuning": (0.97, 0.97, 0),
    "held_out": (0.97, 0.97, 2),
    "blind": (0.97, 0.97, 0),
    "blind_a": (0.97, 0.97, 0),
    "blind_b": (0.97, 0.97, 0),
    "blind_c": (0.96, 0.90, 0),
    "blind_d": (0.97, 0.97, 0),
    "own": (0.97, 0.97, 0),
}


@dataclass
class Score:
    """What reading a half of the corpus came to."""

    right: int = 0
    unread: int = 0
    wrong: int = 0
    lists: int = 0
    lists_right: int = 0
    invented: int = 0
    #: Never in the message of a failed assertion: the held-out half is only counted.
    misses: list[str] = field(default_factory=list, repr=False)

    @property
    def fields(self) -> float:
        return 2 * self.right / max(1, 2 * self.right + self.unread + self.wrong)

    @property
    def allowed(self) -> float:
        return self.lists_right / max(1, self.lists)

    def __str__(self) -> str:
        return (
            f"fields {self.fields:.3f} ({self.right} right, {self.unread} not read, {self.wrong} wrong), "
            f"allowed lists {self.allowed:.3f} ({self.lists_right} of {self.lists}), invented {self.invented}"
        )


def _path(written: str) -> str:
    """One spelling of a path: a[0].b, a.0.b and a[0][b] are the same."""
    return ".".join(part for part in re.split(r"[.\[\]]+", written) if part)


def _word(path: str) -> str:
    return re.sub(r"[^a-z0-9]", "", path.rsplit(".", 1)[-1].lower())


def _related(path: str, others: Sequence[str]) -> bool:
    """A wrong path to a field that the body does refuse is wrong, but nobody made its name up."""
    return any(_word(path) == _word(other) or other.startswith(f"{path}.") for other in others)


def _reading(body: Mapping[str, Any]) -> dict[str, list[str]]:
    """The fields that the reader names, each with the values that it says are allowed."""
    try:
        response = json.loads(body["body"])
    except ValueError:
        response = None
    refusal = read(body["status"], response, body["body"], payload=body["request"], known=())
    named: dict[str, list[str]] = {}
    for issue in refusal.issues:
        known = named.setdefault(_path(issue.field or ""), [])
        known.extend(text for value in issue.allowed if (text := str(value)) not in known)
    return named


def _count(name: str, body: Mapping[str, Any], score: Score) -> None:
    found = _reading(body)
    expected = {_path(entry["field"] or ""): [str(v) for v in entry.get("allowed", ())] for entry in body["expect"]}
    may = [_path(entry) for entry in body.get("may", ())]
    lists = dict(found)
    if "" in expected:  # the body gives a list without a name: it may be read with no field, or with one that may be
        lists[""] = next((lists[key] for key in ("", *may) if lists.get(key)), [])
    read_fields, real = {key for key in found if key}, {key for key in expected if key}
    wrong = sorted(read_fields - real - set(may))
    unread = sorted(real - read_fields)
    stray = [key for key in wrong if not _related(key, [*real, *may])]
    bad = [key for key, values in expected.items() if values != lists.get(key, [])]
    bad += [key for key in read_fields - real if found[key] and "" not in expected and key not in may]
    score.right += len(real & read_fields)
    score.unread, score.wrong = score.unread + len(unread), score.wrong + len(wrong)
    score.lists += sum(1 for key, values in expected.items() if values or lists.get(key)) + len(
        [key for key in bad if key not in expected]
    )
    score.lists_right += sum(1 for key, values in expected.items() if values and key not in bad)
    score.invented += len(stray)
    if wrong or unread or bad:
        read_as = ", ".join(f"{key or 'no field'} {values}" for key, values in found.items())
        score.misses.append(f"{name}: wrong {wrong}, not read {unread}, lists {bad}; read: {read_as or 'nothing'}")


def _bodies(half: str) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for file in sorted((CORPUS / half).glob("*.yaml")):
        read_file = yaml.load(file.read_text(encoding="utf-8"), Loader=LOADER)
        found |= read_file.get("bodies", {file.stem: read_file})
    return found


def _score(half: str) -> Score:
    score = Score()
    for name, body in _bodies(half).items():
        _count(name, body, score)
    return score


@pytest.mark.parametrize("half", GATES)
def test_the_reader_reads_what_the_bodies_state(half: str) -> None:
    score = _score(half)
    fields, allowed, invented = GATES[half]
    shown = [str(score), *(score.misses if half != "held_out" else ())]
    print(f"{half}: " + "\n  ".join(shown))
    assert score.fields >= fields, "\n".join(shown)
    assert score.allowed >= allowed, "\n".join(shown)
    assert score.invented <= invented, "\n".join(shown)


def test_the_halves_are_as_large_as_promised_and_share_nothing() -> None:
    halves = {half: _bodies(half) for half in HALVES}
    sizes = [len(bodies) for bodies in halves.values()]
    assert min(sizes) >= 40
    assert abs(sizes[0] - sizes[1]) <= 1
    assert not set(halves["tuning"]) & set(halves["held_out"])


@pytest.mark.parametrize("half", GATES)
def test_every_body_says_where_its_style_comes_from(half: str) -> None:
    kinds = {"missing", "type", "null", "value", "range", "length", "pattern", "unknown", "combination", "other"}
    for body in _bodies(half).values():
        assert body["source"].startswith("https://")
        assert body["style"]
        assert 200 <= body["status"] < 600
        assert {entry["kind"] for entry in body["expect"]} <= kinds
