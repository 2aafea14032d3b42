"""Which variant of another run is this one? One rule for all that compares runs.

A variant is its payload (its id hashes scenario, endpoint and payload) as long as it is alone with it: it may be
renamed. Among variants that share a payload the name counts: one that came later never takes what was said of another.
What was judged by another expectation is the same variant, and no word about it: who compares verdicts looks at that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final, NamedTuple

from harness.jsonio import encode
from harness.model import WORKS, JsonObject, Variant
from harness.redact import Redactor, clean
from harness.report.entries import expectation
from harness.report.redacted import Redacted

#: Characters of a name, and of an expectation, by which it is known.
MOST_NAME: Final = 200
MOST_EXPECT: Final = 400
_WORKS: Final = encode("works")


class Who(NamedTuple):
    """A variant of a run. `payload_id` is None where it is alone with its payload; `expect` is JSON."""

    id: str
    name: str
    payload_id: str | None
    expect: str

    @property
    def payload(self) -> str:
        """The id of its payload."""
        return self.payload_id or self.id


def who_of(entry: JsonObject) -> Who:
    """The variant of an entry of report.json. Raises KeyError for one that is none."""
    shared = entry.get("payload_id")
    return Who(
        id=clean(str(entry["id"]), MOST_NAME),
        name=clean(str(entry["name"]), MOST_NAME),
        payload_id=None if shared is None else clean(str(shared), MOST_NAME),
        expect=clean(encode(entry.get("expect", "works")), MOST_EXPECT),
    )


def whos(variants: Iterable[Variant], redactor: Redactor) -> list[Who]:
    """The same of variants that are in no report yet. `redactor` is that of their run."""
    redacted = Redacted(redactor)
    return [
        Who(
            id=variant.id,
            name=clean(redacted.once(variant.name), MOST_NAME),
            payload_id=variant.payload_id,
            expect=_WORKS
            if variant.expect is WORKS
            else clean(encode(expectation(variant.expect, redacted)), MOST_EXPECT),
        )
        for variant in variants
    ]


def same(before: Sequence[Who], after: Sequence[Who]) -> Mapping[int, int]:
    """Place in `after` → place of the same variant in `before`, for those that have one."""
    places: dict[str, list[int]] = {}
    named: dict[tuple[str, str], int] = {}
    for place, one in enumerate(before):
        places.setdefault(one.payload, []).append(place)
        named.setdefault((one.payload, one.name), place)
    found = {}
    for number, one in enumerate(after):
        there = places.get(one.payload, [])
        alone = len(there) == 1 and one.payload_id is None and before[there[0]].payload_id is None
        found_at = named.get((one.payload, one.name), there[0] if alone else None)
        if found_at is not None:
            found[number] = found_at
    return found
