"""Which faults are committed when: the grammar of their specs, exact positions, seeded chances.

    NAME[/WHERE][:PROBABILITY][@FIRST[-LAST]]     several of them separated by commas

- WHERE is create, poll, cancel, account, other, upload, output, or the key of an endpoint: its creates alone. Without
  it a fault of requests is committed anywhere in the API (not at uploads and outputs).
- PROBABILITY is 0 to 1. The draw hangs on the mock's seed, the spec and what is asked (a task's id, or a request's
  method, address and body, and how often it came), never on the order in which different requests arrive.
- FIRST and LAST count the requests that the fault could be committed at, from 1, in the order in which they arrive;
  `@3` is the third alone, `@3-` the third and all after it.

With both, the chance holds at those positions only. Each spec counts for itself, whatever the others do.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterable, Sequence
from typing import Final

from msgspec import Struct

from harness.errors import UsageError
from harness.mock.fault_parts import API, PLACES, Fault, Scene
from harness.mock.faults import FAULTS
from harness.mock.wire import FAULT_HEADER, Response
from harness.model import replace
from harness.words import together, told
from harness.yamlio import did_you_mean, quoted

HEADER: Final = FAULT_HEADER
#: Requests whose repetitions are counted for the draws of one set of rules; beyond it the oldest is forgotten.
MAX_KEYS: Final = 100_000
#: Specs in one text.
MAX_RULES: Final = 100

_SPEC: Final = re.compile(r"([^/:@]+)(?:/([^/:@]+))?(?::([^/:@]+))?(?:@([^/:@]+))?")
_POSITIONS: Final = re.compile(r"([1-9]\d{0,8})(?:(-)([1-9]\d{0,8})?)?")
_PROBABILITY: Final = re.compile(r"0?\.\d{1,9}|[01](?:\.0{0,9})?")


class Rule(Struct, frozen=True, kw_only=True):
    """One spec, read. `where` are places and keys of endpoints; `last` None is without an end."""

    name: str
    fault: Fault
    text: str
    where: frozenset[str]
    probability: float = 1.0
    first: int = 1
    last: int | None = None


def read_rules(specs: str | Sequence[str], endpoints: Iterable[str] = ()) -> tuple[Rule, ...]:
    """The rules of specs: one text with commas, or several. `endpoints` are the keys that a WHERE may name.

    Raises UsageError with all that is wrong with them.
    """
    listed = [specs] if isinstance(specs, str) else specs
    texts = [text for spec in listed for part in spec.split(",") if (text := part.strip())]
    if len(texts) > MAX_RULES:
        raise UsageError(told("faults.many", count=len(texts), most=MAX_RULES))
    known = tuple(endpoints)
    rules, wrong = [], []
    for text in texts:
        try:
            rules.append(_rule(text, known))
        except UsageError as error:
            wrong.append(error)
    if len(wrong) > 1:
        raise UsageError(together(together((error.text, error.fix), " ") for error in wrong))
    if wrong:
        raise wrong[0]
    return tuple(rules)


def _rule(text: str, endpoints: tuple[str, ...]) -> Rule:
    parts = _SPEC.fullmatch(text)
    if parts is None:
        raise UsageError(told("faults.none", text=quoted(text)), told("faults.form"))
    name, where, probability, positions = parts.groups()
    fault = FAULTS.get(name)
    if fault is None:
        raise UsageError(told("faults.unknown", name=quoted(name)), did_you_mean(name, FAULTS))
    first, last = _positions(text, positions)
    return Rule(
        name=name,
        fault=fault,
        text=text,
        where=_where(text, fault, where, endpoints),
        probability=1.0 if probability is None else _probability(text, probability),
        first=first,
        last=last,
    )


def _where(text: str, fault: Fault, where: str | None, endpoints: tuple[str, ...]) -> frozenset[str]:
    if where is None:
        return frozenset(("create",) if fault.on_create else API)
    known = (*(("create",) if fault.on_create else PLACES), *endpoints)
    if where not in known:
        raise UsageError(told("faults.where", text=quoted(text), where=quoted(where)), did_you_mean(where, known))
    return frozenset((where,))


def _probability(text: str, stated: str) -> float:
    if not _PROBABILITY.fullmatch(stated):
        raise UsageError(
            told("faults.probability", stated=quoted(stated), text=quoted(text)), told("faults.probability.fix")
        )
    return float(stated)


def _positions(text: str, stated: str | None) -> tuple[int, int | None]:
    if stated is None:
        return 1, None
    found = _POSITIONS.fullmatch(stated)
    if found is None or (found.group(3) and int(found.group(3)) < int(found.group(1))):
        wrong = told("faults.position", stated=quoted(stated), text=quoted(text))
        raise UsageError(wrong, told("faults.position.fix"))
    first = int(found.group(1))
    if found.group(2) is None:
        return first, first
    return first, int(found.group(3)) if found.group(3) else None


class Faults:
    """Rules in force, and what they have counted so far."""

    def __init__(self, rules: Sequence[Rule], *, seed: int) -> None:
        self._rules = rules
        self._seed = seed
        self._counts = [0] * len(rules)
        self._ordinals: dict[bytes, int] = {}

    def at_request(self, places: Sequence[str], key: Callable[[], bytes]) -> tuple[Rule, ...]:
        """The rules whose faults are committed at one more request at these places. `key` says what is asked."""
        return self._chosen(places, key, on_create=False)

    def at_create(self, endpoint: str, task_id: str) -> tuple[Rule, ...]:
        """The rules whose faults are committed at one more valid create of this endpoint."""
        return self._chosen(("create", endpoint), task_id.encode, on_create=True)

    def _chosen(self, places: Sequence[str], key: Callable[[], bytes], *, on_create: bool) -> tuple[Rule, ...]:
        chosen: list[Rule] = []
        identity: bytes | None = None
        for index, rule in enumerate(self._rules):
            if rule.fault.on_create is not on_create or rule.where.isdisjoint(places):
                continue
            self._counts[index] += 1
            if self._counts[index] < rule.first or (rule.last is not None and self._counts[index] > rule.last):
                continue
            if rule.probability < 1:
                identity = identity or self._numbered(key())
                if fraction(self._seed, rule.text, identity) >= rule.probability:
                    continue
            chosen.append(rule)
        return tuple(chosen)

    def _numbered(self, key: bytes) -> bytes:
        """The key with how often it came before."""
        ordinal = self._ordinals.pop(key, 0)
        self._ordinals[key] = ordinal + 1
        if len(self._ordinals) > MAX_KEYS:
            del self._ordinals[next(iter(self._ordinals))]
        return b"%d\n%b" % (ordinal, key)


def committed(rules: Iterable[Rule], scene: Scene) -> Response | None:
    """The answer of the first fault that answers instead; None when none does."""
    for rule in rules:
        if rule.fault.instead is not None and (answer := rule.fault.instead(scene)) is not None:
            return _marked(answer, rule)
    return None


def spoilt(response: Response, rules: Iterable[Rule], scene: Scene) -> Response:
    """An answer, spoilt by all the faults that spoil."""
    for rule in rules:
        if rule.fault.spoil is not None:
            response = _marked(rule.fault.spoil(response, scene), rule)
    return response


def _marked(response: Response, rule: Rule) -> Response:
    """The answer with a header that says that it is wrong on purpose."""
    return replace(response, headers=(*response.headers, (HEADER, rule.name.encode("ascii"))))


def fraction(seed: int, spec: str, identity: bytes) -> float:
    """The draw (0 to 1) for one request of one spec: the same arguments, the same draw, on every machine."""
    digest = hashlib.blake2b(f"{seed}\n{spec}\n".encode() + identity, digest_size=8).digest()
    return int.from_bytes(digest, "big") / 2**64
