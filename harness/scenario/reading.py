"""One scenario file → a Scenario, or all its mistakes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path as FilePath
from typing import Any, Final

from harness.errors import Mistake
from harness.model import EMPTY, Json, JsonObject, replace
from harness.provider import Endpoint, Provider
from harness.scenario.assets import Assets
from harness.scenario.files import shown
from harness.scenario.matrices import Matrix, row_count
from harness.scenario.pictures import Pictures
from harness.scenario.records import Budget, Declared, LoadSettings, MatrixSpec, Scenario
from harness.scenario.routes import Providers, blanks, check_blanks, endpoint_of
from harness.scenario.rows_file import read_rows, rows_file
from harness.scenario.schema import SCHEMA
from harness.scenario.values import Values
from harness.scenario.variants import Facts, Variants, count, fill, texts, versions
from harness.words import told
from harness.yamlio import Document, check_paths, limited, mistake, quoted

#: More variants of one scenario are a slip, and would only fill the memory.
MAX_VARIANTS: Final = 100_000
#: Of the full product of a matrix there may be more: its rows are made one after the other.
MAX_PRODUCT: Final = 10_000_000
_DURATION: Final = re.compile(r"\s*([0-9]+(?:\.[0-9]+)?)\s*(ms|s|m|h)?\s*")
_UNITS: Final[Mapping[str | None, float]] = {None: 1, "ms": 0.001, "s": 1, "m": 60, "h": 3600}


#: Keys that every profile has and no scenario.
_PROFILE_KEYS: Final = frozenset({"base_url", "poll"})


def read_scenario(
    doc: Document, file: FilePath, settings: LoadSettings, *, assets: Assets, providers: Providers
) -> tuple[Scenario | None, list[Mistake]]:
    """The scenario of a document that was read from `file`, or None and its mistakes in the order of the file."""
    if isinstance(doc.data, dict) and doc.data.keys() >= _PROFILE_KEYS:
        return None, [mistake(doc, (), told("scenario.profile"), told("scenario.profile.fix"))]
    mistakes, distrusted = check_paths(doc, SCHEMA)
    if not isinstance(doc.data, dict):
        return None, limited(mistakes)
    values = Values(doc, file.parent, settings, assets, distrusted)
    facts = _facts(doc.data, file.parent, values, providers)
    variants = Variants(doc, values, facts)
    declared = variants.read(doc.data.get("variants"))
    matrix = Matrix(doc, values, facts).read(doc.data.get("matrix"))
    _check_blanks(doc.data, values, facts, variants)
    count = _check_count(doc.data, values, facts, declared, matrix)
    mistakes = sorted([*mistakes, *values.mistakes], key=lambda item: (item.source.line, item.source.column))
    if mistakes or facts.provider is None or facts.endpoint is None or facts.base is None:
        return None, limited(mistakes)
    if matrix is not None and matrix.strength != "all":
        kept_file = rows_file(file)
        kept, mistakes = read_rows(
            kept_file, shown(kept_file, settings.cwd), doc.data["name"], matrix.factors, facts.base
        )
        if mistakes:
            return None, limited(mistakes)
        matrix = replace(matrix, kept=kept)
    pictures = Pictures(assets) if values.drawn else None
    scenario = Scenario(
        name=doc.data["name"],
        source=doc.where(()),
        provider=facts.provider,
        endpoint=facts.endpoint,
        tags=facts.tags,
        contracts=facts.contracts,
        baseline=_finished(facts.base, facts.provider, facts.endpoint, pictures),
        template=facts.base,
        variants=tuple(declared),
        matrix=matrix,
        path=facts.route(facts.endpoint),
        repeat=facts.repeat,
        budget=_budget(doc.data.get("budget", EMPTY)),
        mock_faults=texts(doc.data.get("mock", EMPTY).get("faults")),
        pictures=pictures,
        most_variants=count,
    )
    return scenario, []


def _facts(data: Mapping[str, Any], folder: FilePath, values: Values, providers: Providers) -> Facts:
    """What the variants take over. A part that has a mistake is None; that it has one is noted in `values`."""
    provider: Provider | None = None
    endpoint: Endpoint | None = None
    if isinstance(data.get("provider"), str) and data["provider"]:
        provider = values.attempt(("provider",), providers.load, data["provider"], folder)
    if provider is not None and isinstance(data.get("endpoint"), str) and data["endpoint"]:
        endpoint = values.attempt(("endpoint",), endpoint_of, data["endpoint"], provider)
    return Facts(
        provider=provider,
        endpoint=endpoint,
        base=values.payload(data.get("baseline"), ("baseline",)),
        path=fill(data.get("path"), ("path",), values),
        tags=texts(data.get("tags")),
        contracts=versions(data.get("contracts"), ("contracts",), provider, values),
        repeat=count(data.get("repeat"), 1),
    )


def _finished(base: JsonObject, provider: Provider, endpoint: Endpoint, pictures: Pictures | None) -> JsonObject:
    if pictures is None:
        return base
    finished: JsonObject = pictures.filler(base, lambda payload: provider.media(endpoint, payload))(base)
    return finished


def _check_blanks(data: Mapping[str, Any], values: Values, facts: Facts, variants: Variants) -> None:
    """The blanks of the scenario's own route, where something is sent there, and values that fill none."""
    used = dict(variants.endpoints)
    if facts.endpoint is not None:
        used[facts.endpoint.key] = facts.endpoint
        if variants.plain_route or "matrix" in data:
            values.attempt(("endpoint",), check_blanks, facts.endpoint, facts.route(facts.endpoint), EMPTY)
    wanted = {name for endpoint in used.values() for name in blanks(endpoint)}
    if facts.endpoint is None:
        return
    for name in facts.path:
        if name not in wanted:
            endpoint = facts.endpoint
            what = told("route.unused", name=quoted(name), endpoint=endpoint.key, route=endpoint.path)
            values.refuse(("path", name), what, told("fix.take_out"), key=True)


def _check_count(
    data: Mapping[str, Any], values: Values, facts: Facts, declared: Sequence[Declared], matrix: MatrixSpec | None
) -> int:
    """How many variants there are at most."""
    if not data.get("variants") and "matrix" not in data:
        values.refuse(("variants",), told("scenario.nothing"), told("scenario.nothing.fix"))
    rows = 0 if matrix is None else row_count(matrix) * facts.repeat
    total = rows + sum(item.repeat for item in declared)
    most = MAX_PRODUCT if matrix is not None and matrix.strength == "all" else MAX_VARIANTS
    if total > most:
        where = "matrix" if rows else "variants"
        what = told("scenario.too_many", count=f"{total:,}", most=f"{most:,}")
        values.refuse((where,), what, told("scenario.too_many.fix"), key=True)
    return total


def _budget(node: Mapping[str, Json]) -> Budget:
    time = node.get("time")
    return Budget(credits=node.get("credits"), time_s=None if time is None else _seconds(time))


def _seconds(node: Json) -> float:
    """A time in seconds: a number, or a text such as 500ms, 20s, 5m."""
    found = _DURATION.fullmatch(node) if isinstance(node, str) else None
    return float(found[1]) * _UNITS[found[2]] if found else float(node)
