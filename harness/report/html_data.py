"""What the script of the HTML report works on: every variant, said once and short, as JSON inside the page.

Ten thousand variants repeat nearly everything, so what repeats stands in a table (results, findings, tags, sources,
expectations), a payload is what differs from the first one of its scenario, and a curl line its own middle part.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, Final, Literal

from harness.jsonio import encode
from harness.model import Json, JsonObject
from harness.report.entries import Row
from harness.report.style import Style, result_key

#: Longer texts are cut, and longer curl lines left out: report.json has them whole.
_MOST_TEXT: Final = 4000
_MOST_NAME: Final = 300
#: An entry whose JSON is shorter is not looked through for them.
_MOST_PLAIN: Final = 6000
_MOST_ITEMS: Final = 500
_BATCH: Final = 256
_ABSENT: Final = object()


class Island:
    """The data of one report. `add` takes the variants in their order, `pieces` gives the JSON."""

    def __init__(self, style: Style) -> None:
        self._style = style
        self._tables: dict[str, dict[str, int]] = {
            name: {} for name in ("scenarios", "results", "findings", "tags", "files", "expects", "skips", "endpoints")
        }
        self._places: dict[tuple[str, str, str, str], tuple[int, int, list[Json], int]] = {}
        self._bases: dict[int, tuple[JsonObject, str]] = {}
        self._results: dict[tuple[str, str, bool], int] = {}
        self._findings: dict[str, int] = {}
        self._lines: list[str] = []
        self._probes: list[str] = []

    def add(self, row: Row, entry: JsonObject) -> None:
        """Takes one variant."""
        self._lines.append(_line(self._short(row, entry)))

    def add_probe(self, row: Row, entry: JsonObject, question: str) -> None:
        """Takes one probe, and what it was sent to learn."""
        self._probes.append(_line({**self._short(row, entry), "pu": question}))

    def _short(self, row: Row, entry: JsonObject) -> JsonObject:
        scenario, like, source, expect = self._place(row, entry)
        credits_, timing = _dict(entry, "credits"), _dict(entry, "timing")
        short: dict[str, Any] = {
            "i": entry["id"],
            "n": self._style.plain(row.name, _MOST_NAME),
            "v": row.verdict,
            "w": self._result(row),
            "s": scenario,
            "b": like,
            "a": source,
            "e": expect,
            "c": [credits_.get("planned"), credits_.get("estimated"), credits_.get("charged")],
            "q": [timing.get("queued_s"), timing.get("running_s"), timing.get("total_s")],
            "x": row.credits,
        }
        if row.warned:
            short["!"] = 1
        for key, name, kind in _PLAIN:
            if (value := entry.get(name)) and isinstance(value, kind):
                short[key] = value
        if outputs := _list(entry, "outputs"):
            short["o"] = [output for output in outputs if isinstance(output, dict)]
        if tags := _list(entry, "tags"):
            short["g"] = [self._index("tags", str(tag)) for tag in tags]
        if findings := entry["findings"]:
            short["f"] = [self._finding(finding) for finding in findings[:_MOST_ITEMS]]
        if skipped := entry.get("skipped"):
            short["k"] = self._index("skips", self._style.say(skipped.get("words") or {}, str(skipped.get("text"))))
        self._add_request(short, entry)
        return short

    def _place(self, row: Row, entry: JsonObject) -> tuple[int, int, list[Json], int]:
        """Where it comes from and what was expected, as places in the tables: the same for all rows of a matrix."""
        endpoint, source, expect = (
            str(entry.get("endpoint")),
            str(entry.get("source") or ""),
            encode(entry.get("expect")),
        )
        key = (row.scenario, endpoint, source, expect)
        found = self._places.get(key)
        if found is None:
            file, _, line = source.rpartition(":")
            scenario = self._index("scenarios", row.scenario)
            found = self._places[key] = (
                scenario,
                self._index("endpoints", f"{scenario} {endpoint}"),
                [self._index("files", file), line],
                self._index("expects", expect),
            )
        return found

    def _add_request(self, short: dict[str, Any], entry: JsonObject) -> None:
        """Adds to `short` how payload and curl line differ from those of the first variant of its endpoint."""
        payload = _dict(entry, "payload")
        curl = str(entry.get("curl") or "")
        curl = curl if len(curl) <= _MOST_TEXT else ""
        first, line = self._bases.setdefault(short["b"], (payload, curl))
        changed = {
            key: value
            for key, value in payload.items()
            if first.get(key, _ABSENT) is not value and _differs(first, key, value)
        }
        if changed:
            short["p"] = changed
        if not first.keys() <= payload.keys():
            short["m"] = [key for key in first if key not in payload]
        if curl:
            short["u"] = _middle(line, curl)

    def pieces(self, more: JsonObject) -> Iterator[str]:
        """The JSON, fit to stand in a script element, in pieces; `more` are further members."""
        yield safe(encode({**more, "bases": [[cut(payload), curl] for payload, curl in self._bases.values()]})[:-1])
        for name, table in self._tables.items():
            rows = f"[{','.join(table)}]" if name in _IN_JSON else encode(list(table))
            yield f',"{name}":{safe(rows)}'
        yield f',"probes":[{",".join(self._probes)}],"variants":['
        for start, stop in pairwise([*range(0, len(self._lines), _BATCH), len(self._lines)]):
            yield ("," if start else "") + ",\n".join(self._lines[start:stop])
        yield "]}"

    def _index(self, table: str, text: str) -> int:
        known = self._tables[table]
        return known.setdefault(text, len(known))

    def _result(self, row: Row) -> int:
        key = (row.verdict, row.result, row.wanted)
        found = self._results.get(key)
        if found is None:
            found = self._results[key] = self._index("results", self._style.text(result_key(row)))
        return found

    def _finding(self, finding: JsonObject) -> int:
        # What it says in English stands for what it says in any language.
        key = encode(finding)
        found = self._findings.get(key)
        if found is None:
            found = self._findings[key] = self._index("findings", encode(self._said(finding)))
        return found

    def _said(self, finding: JsonObject) -> JsonObject:
        said, say = finding.get("words") or {}, self._style.say
        proposal = finding.get("proposal")
        told = {
            "code": finding["code"],
            "field": finding.get("field"),
            "message": say(said.get("message") or {}, str(finding["message"])),
            "advice": say(said["suggestion"], str(finding["suggestion"])) if said.get("suggestion") else None,
            "proposal": say(proposal.get("words") or {}, str(proposal.get("text", ""))) if proposal else None,
            "send": {str(proposal.get("field")): proposal["value"]} if proposal and "value" in proposal else None,
            "said": finding.get("said"),
            "warning": bool(finding.get("warning")),
        }
        return {key: cut(value) for key, value in told.items()}


#: Tables whose rows are JSON already.
_IN_JSON: Final = frozenset({"findings", "expects"})
#: Short name, key of the entry, and its kind, for what goes as it is. (A report of another hand may hold anything.)
_PLAIN: Final = (
    ("l", "levels", dict),
    ("h", "http_status", int),
    ("t", "task_id", str),
    ("st", "task_state", str),
    ("po", "polls", int),
    ("at", "attempts", int),
)


def safe(text: str) -> str:
    r"""JSON that says the same and holds nothing that an HTML or a JavaScript parser would take for its own.

    >>> safe('"</script><!--"')
    '"\\u003c/script>\\u003c!--"'
    """
    text = text.replace("<", "\\u003c")
    return text if text.isascii() else text.replace("\u2028", "\\u2028").replace("\u2029", "\\u2029")


def cut(value: Json) -> Json:
    """The value with long texts and long lists cut."""
    if isinstance(value, str):
        return value if len(value) <= _MOST_TEXT else value[:_MOST_TEXT] + "…"
    if isinstance(value, Mapping):
        items = list(value.items())
        kept = {
            key if len(key) <= _MOST_TEXT else key[:_MOST_TEXT] + "…": cut(item) for key, item in items[:_MOST_ITEMS]
        }
        return kept if len(items) <= _MOST_ITEMS else {**kept, "…": "…"}
    if isinstance(value, (list, tuple)):
        kept_items = [cut(item) for item in value[:_MOST_ITEMS]]
        return kept_items if len(value) <= _MOST_ITEMS else [*kept_items, "…"]
    return value


def _line(short: JsonObject) -> str:
    line = encode(short)
    return safe(line if len(line) <= _MOST_PLAIN else encode(cut(short)))


def _differs(base: JsonObject, key: str, value: Json) -> bool:
    """True when it would be sent differently: 1, 1.0 and true are not the same."""
    return key not in base or base[key] != value or encode(base[key]) != encode(value)


def _list(entry: JsonObject, name: str) -> list[Json]:
    value = entry.get(name)
    return value if isinstance(value, list) else []


def _dict(entry: JsonObject, name: str) -> JsonObject:
    value = entry.get(name)
    return value if isinstance(value, dict) else {}


def _middle(base: str, text: str) -> list[Json]:
    """[characters from the beginning of the base, what stands between, characters from its end].

    >>> _middle("curl -d 5 url", "curl -d 10 url")
    [8, '10', 4]
    """
    if text == base:
        return [len(base), "", 0]
    width, coding = (1, "ascii") if base.isascii() and text.isascii() else (4, "utf-32-be")
    a, b = base.encode(coding, "surrogatepass"), text.encode(coding, "surrogatepass")
    most = min(len(a), len(b))
    start = _alike(a[:most], b[:most], "big") // width
    rest = most - start * width
    end = _alike(a[len(a) - rest :], b[len(b) - rest :], "little") // width
    return [start, text[start : len(text) - end], end]


def _alike(a: bytes, b: bytes, order: Literal["big", "little"]) -> int:
    """How many bytes of two rows of one length are the same, from their beginning ("big") or from their end.

    As two numbers in that order of bytes they are alike in so many leading ones.
    """
    return len(a) - ((int.from_bytes(a, order) ^ int.from_bytes(b, order)).bit_length() + 7) // 8
