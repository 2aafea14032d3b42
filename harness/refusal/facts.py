"""The machine-readable half of an issue: codes, lists of values and bounds that stand beside its sentence."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from functools import cache, lru_cache
from typing import Final

from msgspec import Struct

from harness.model import Json
from harness.refusal.allowed import read_list
from harness.refusal.records import IssueKind
from harness.refusal.sentences import TYPE_WORDS

_MAX_VALUES: Final = 200
_MAX_VALUE: Final = 120

_ALLOWED_KEYS: Final = frozenset(
    (
        *("values", "options", "enum", "enumvalues", "choices", "expected", "supported", "allowed", "permitted"),
        *("in", "valids", "accepted", "available", "oneof", "expectedtags", "literals"),
    )
)
#: The same in other words: `allowedValues`, `supported_ratios`, `validOptions`. Not of the value: methods, types.
_ALLOWED_KEY: Final = (
    r"(?:allowed|permitted|supported|valid|accepted|possible|available|acceptable|expected)"
    r"(?!methods|types|origins|headers|keys|fields|properties|params)[a-z]{0,30}s"
)
#: Keys of what a rule was given: the values, when the rule is of a list.
_RULE_VALUES: Final = frozenset({"validatorvalue", "constraintvalue", "rulevalue", "schemavalue"})
#: Keys of the one value that is allowed.
_ONE_ALLOWED: Final = frozenset({"allowedvalue", "expectedvalue", "const", "constant"})
_MAXIMUM_KEYS: Final = frozenset({"maximum", "max", "le", "lte", "maxlength", "maxitems", "maxsize", "upperbound"})
_MINIMUM_KEYS: Final = frozenset({"minimum", "min", "ge", "gte", "minlength", "minitems", "minsize", "lowerbound"})
_EITHER_KEYS: Final = frozenset({"limit", "limitvalue"})
_UNKNOWN_KEYS: Final = frozenset({"keys", "additionalproperty", "unrecognizedkeys", "unknownkeys", "unknownfields"})
_CODE_KEYS: Final = ("code", "type", "keyword", "rule", "constraint", "validator", "errorcode", "kind", "validation")
#: Objects beside the sentence that hold its facts.
_FACT_OBJECTS: Final = (
    *("params", "parameters", "ctx", "context", "meta", "metadata", "args", "arguments", "extensions", "constraints"),
    *("details", "info", "innererror", "innerError", "inner_error"),
    *("extra_info", "extraInfo", "extra", "schema", "rule"),
)

#: What a validator's code means, the first that fits. Used where the sentence itself says nothing.
_CODES: Final[tuple[tuple[str, IssueKind], ...]] = (
    (
        r"unrecogni[sz]ed|additional|extra|unexpected|object\.unknown|unknown_(?:key|field|param|arg|prop)|whitelist",
        "unknown_key",
    ),
    (r"null|none[._]not|not_none", "null"),
    (r"required|missing|blank|undefined", "missing"),
    (r"enum|invalid_value|literal|any\.only|inclusion|choice|\bconst\b|not_in_list|discriminator", "enum"),
    (r"too_long|max_?length|max_?items", "too_long"),
    (r"too_short|min_?length|min_?items", "too_short"),
    (r"too_big|too_large|less_than|maximum|not_l[et]|\bmax\b|above_max", "maximum"),
    (r"too_small|greater_than|minimum|not_g[et]|\bmin\b|below_min", "minimum"),
    (r"union|any_?of|one_?of", "union"),
    (r"type_error|invalid_type|wrong_type|\btype\b|_type$|_parsing|int_from_float|\.base$|cast", "type"),
    (r"forbidden|permission|not_available|unavailable|not_entitled", "forbidden"),
)


class Facts(Struct, frozen=True, kw_only=True):
    """What an object states beside its sentence. `used` are the (folded) keys that were read as facts."""

    kind: IssueKind | None = None
    code: str | None = None
    allowed: tuple[Json, ...] = ()
    minimum: float | None = None
    maximum: float | None = None
    exclusive: bool = False
    expected: str | None = None
    keys: tuple[str, ...] = ()
    missing: str | None = None
    used: frozenset[str] = frozenset()

    @property
    def stated(self) -> bool:
        """True when anything at all was stated."""
        return bool(self.kind or self.allowed or self.keys or self.minimum is not None or self.maximum is not None)


NO_FACTS: Final = Facts()


#: What joins the words of a key, and what marks it as the blank of a template: `{{ limit }}`, `%limit%`, `:max`.
_SIGNS: Final = re.compile(r"[_\-{}%:\s]")


def fold(key: str) -> str:
    """`allowedValues`, `allowed_values` and `allowed-values` are one key."""
    return _folded(key[:80])


@lru_cache(maxsize=512)
def _folded(key: str) -> str:
    return _SIGNS.sub("", key).casefold()


def facts_of(node: Mapping[str, Json]) -> Facts:
    """The facts that an object states itself or in an object beside the sentence (`params`, `ctx`, `context`, …)."""
    code = _code(node)
    kind = _kind(code) if code else None
    allowed: tuple[Json, ...] = ()
    bounds: dict[str, float] = {}
    keys: tuple[str, ...] = ()
    expected = missing = None
    exclusive = False
    used: set[str] = set()
    for name, value in _entries(node):
        number = _number(value)
        if not allowed and (values := _allowed(name, value, kind)):
            allowed = values
        elif name in _UNKNOWN_KEYS and (found := _texts(value)):
            keys = found
        elif number is not None and (side := _side(name, kind, node)):
            bounds.setdefault(side, number)
            exclusive = exclusive or name in {"lt", "gt"} or node.get("inclusive") is False
        elif name == "expected" and isinstance(value, str):
            expected = TYPE_WORDS.get(value[:40].casefold())
        elif name == "missingproperty" and isinstance(value, str):
            missing = value[:_MAX_VALUE]
        else:
            continue
        used.add(name)
    if kind == "union" and isinstance(node.get("discriminator"), str):
        kind = "enum"  # zod: no alternative has this value, and the value is what chooses among them
    if kind in {"maximum", "minimum"} and _of_length(node):
        kind = "too_long" if kind == "maximum" else "too_short"
    if kind is None and (keys or missing):
        kind = "unknown_key" if keys else "missing"
    return Facts(
        kind=kind,
        code=code,
        allowed=allowed,
        minimum=bounds.get("minimum"),
        maximum=bounds.get("maximum"),
        exclusive=exclusive,
        expected=expected,
        keys=keys,
        missing=missing,
        used=frozenset(used),
    )


def scalars(value: Json) -> tuple[Json, ...]:
    """The texts, numbers, booleans and nulls of a list, at most 200, texts cut; () for anything else."""
    if not isinstance(value, list) or not value:
        return ()
    found = {
        (type(entry), entry): entry[:_MAX_VALUE] if isinstance(entry, str) else entry
        for entry in value[:_MAX_VALUES]
        if entry is None or isinstance(entry, (str, bool)) or _number(entry) is not None
    }
    return tuple(found.values())


def _entries(node: Mapping[str, Json]) -> Iterator[tuple[str, Json]]:
    inner = [node]
    inner += [value for name in _FACT_OBJECTS if isinstance(value := node.get(name), Mapping)]
    for entries in inner:
        for key in list(entries)[:100]:
            yield fold(key), entries[key]


def _allowed(name: str, value: Json, kind: IssueKind | None) -> tuple[Json, ...]:
    """The values that an entry of an object says are allowed; () when it speaks of something else."""
    if name in _ALLOWED_KEYS or (kind == "enum" and name in _RULE_VALUES) or _rx(_ALLOWED_KEY).fullmatch(name):
        found = scalars(value) or _written_list(value)
        # What zod expects of a literal is the value itself, of anything else a type.
        of_literal = kind == "enum" and name == "expected" and not isinstance(value, str)
        if not found and kind == "enum" and isinstance(value, str) and len(values := read_list(value)) > 1:
            found = values
        return found or (scalars([value]) if of_literal and not isinstance(value, (list, Mapping)) else ())
    return scalars([value]) if name in _ONE_ALLOWED and not isinstance(value, (list, Mapping)) else ()


def _written_list(value: Json) -> tuple[Json, ...]:
    """The values of a list that stands as text: `"16:9", "9:16"`. One value, or prose, is none."""
    if not isinstance(value, str) or value[:1] not in {'"', "'", "`", "["}:
        return ()
    values = read_list(value)
    return values if len(values) > 1 else ()


def _side(name: str, kind: IssueKind | None, node: Mapping[str, Json]) -> str | None:
    if name in _MAXIMUM_KEYS or name == "lt":
        return "maximum"
    if name in _MINIMUM_KEYS or name == "gt":
        return "minimum"
    if name in _EITHER_KEYS:
        params = node.get("params")
        comparison = params.get("comparison") if isinstance(params, Mapping) else None
        if kind in {"maximum", "too_long"} or comparison in {"<=", "<"}:
            return "maximum"
        if kind in {"minimum", "too_short"} or comparison in {">=", ">"}:
            return "minimum"
    return None


def _of_length(node: Mapping[str, Json]) -> bool:
    """True when a bound is of a length: zod says so in `origin` (4) or `type` (3)."""
    return any(node.get(key) in {"string", "array", "set", "file"} for key in ("origin", "type"))


def _code(node: Mapping[str, Json]) -> str | None:
    """The body's own code: the first value of a code key that is one word and no address."""
    folded = {fold(key): key for key in list(node)[:100]}
    for name in _CODE_KEYS:
        value = node.get(folded[name]) if name in folded else None
        if isinstance(value, str) and 0 < len(value) <= 80 and not re.search(r"[\s/:]", value):
            return value
    return None


def _kind(code: str) -> IssueKind | None:
    """The kind that a code means; `invalidType` and `invalid-type` are `invalid_type`."""
    word = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", code).replace("-", "_").casefold()
    return next((kind for pattern, kind in _CODES if _rx(pattern).search(word)), None)


@cache
def _rx(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _texts(value: Json) -> tuple[str, ...]:
    if isinstance(value, str):
        return (value[:_MAX_VALUE],)
    return tuple(text for text in scalars(value)[:50] if isinstance(text, str))


def _number(value: Json) -> float | None:
    """The number as a float; None for anything else, too large ones and NaN."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
