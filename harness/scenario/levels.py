"""`factors`, `invalid` and `$contract` of a matrix → factors with their levels, and levels that should be refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import Any

from harness.model import Json, JsonObject, Path, Source
from harness.scenario import overlay
from harness.scenario.constraints import spelled
from harness.scenario.contract_levels import UNKNOWN_KEY, Catalogue, Level
from harness.scenario.labels import canonical
from harness.scenario.records import BadValue, Factor, InvalidLevel
from harness.scenario.values import UNKNOWN, Values
from harness.scenario.variants import Facts, texts
from harness.words import told
from harness.yamlio import Document, did_you_mean, quoted


class LevelReader:
    """Reads the levels of one matrix. Mistakes go to `values`."""

    def __init__(self, doc: Document, values: Values, facts: Facts, node: Mapping[str, Any]) -> None:
        self._doc = doc
        self._values = values
        self._facts = facts
        self._node = node
        self._base: JsonObject = facts.base if facts.base is not None else {}
        written = node.get("factors")
        self._written: Mapping[str, Json] = written if isinstance(written, dict) else {}
        self._chosen: Sequence[Json] = ()
        self._factors: dict[str, Factor] = {}
        self._invalid: dict[tuple[str, str], InvalidLevel] = {}

    @property
    def declared(self) -> Sequence[str]:
        """The names of the factors that the file writes, those with mistakes among them."""
        return list(self._written)

    def read(self) -> tuple[dict[str, Factor], list[InvalidLevel]]:
        """The factors by name, and the levels that should be refused."""
        word = self._node.get("$contract")
        invalid = self._node.get("invalid")
        if not self._written and word is None and not invalid and "factors" not in self._node:
            self._values.refuse(("matrix",), told("factors.none"), told("factors.none.fix"))
        if "model" in self._node and word is None:
            self._values.refuse(("matrix", "model"), told("factors.model"), told("factors.model.fix"), key=True)
        if word in {"all", "boundary"}:
            self._whole(word)
        for name, levels in self._written.items():
            self._factor(name, levels, ("matrix", "factors", name))
        if word == "invalid":
            self._whole_invalid()
        for name, levels in invalid.items() if isinstance(invalid, dict) else ():
            self._refused(name, levels, ("matrix", "invalid", name))
        return self._factors, list(self._invalid.values())

    @cached_property
    def _catalogue(self) -> Catalogue | None:
        """What the contract says; None when there is no contract, or the scenario itself has mistakes."""
        provider, endpoint = self._facts.provider, self._facts.endpoint
        if provider is None or endpoint is None or self._facts.base is None:
            return None
        contract = provider.catalogue(endpoint)
        if contract is None:
            return None
        self._chosen = self._models(contract.tag(endpoint), endpoint.models)
        return Catalogue(contract, endpoint, self._base, self._chosen)

    def _models(self, tag: str | None, known: Sequence[str]) -> Sequence[Json]:
        """The models at hand: the levels of the factor that chooses one, else those that $contract takes."""
        levels = self._written.get(tag or "")
        if isinstance(levels, list):
            return levels
        if "$contract" not in self._node:
            return known if isinstance(levels, dict) else ()
        named = self._node.get("model")
        chosen = (named,) if isinstance(named, str) else texts(named)
        for index, name in enumerate(chosen):
            if name not in known:
                path: Path = ("matrix", "model") if isinstance(named, str) else ("matrix", "model", index)
                what = told("factors.no_model", name=quoted(name))
                self._values.refuse(path, what, did_you_mean(name, known))
        return chosen or known

    def _known(self, path: Path) -> Catalogue | None:
        """The catalogue; a mistake when levels are to be taken from a contract that is not there."""
        if self._catalogue is None and self._facts.base is not None and self._facts.endpoint is not None:
            self._values.refuse(path, told("factors.no_contract"), told("factors.write"))
        return self._catalogue

    def _whole(self, word: str) -> None:
        """Every plain value of the contract as a factor, but those that the file writes itself."""
        path: Path = ("matrix", "$contract")
        catalogue = self._known(path)
        if catalogue is None:
            return
        source = self._doc.where(path)
        tag = catalogue.tag
        if tag is not None and tag not in self._written:
            tagged = tuple(Level(model, model) for model in self._chosen)
            self._add(tag, (tag,), tagged, [source] * len(tagged))
        own = [overlay.steps_of(name, self._base)[0] for name in self._written if ".." not in name]
        for key in catalogue.plain_keys():
            steps = overlay.steps_of(key, self._base)
            levels = () if steps[0] in own else catalogue.valid(key, word)
            if levels and self._puts(steps, levels):
                self._add(key, steps, levels, [source] * len(levels))

    def _whole_invalid(self) -> None:
        path: Path = ("matrix", "$contract")
        catalogue = self._known(path)
        if catalogue is None:
            return
        source = self._doc.where(path)
        for key in dict.fromkeys((*catalogue.keys(), *catalogue.plain_keys())):
            steps = overlay.steps_of(key, self._base)
            for level in catalogue.invalid(key, steps):
                self._add_invalid(key, steps, level.value, source, derived=True)
        if catalogue.refuses_unknown_keys():
            self._add_invalid(UNKNOWN_KEY, (UNKNOWN_KEY,), "x", source, derived=True)

    def _puts(self, steps: tuple[str, ...], levels: Sequence[Level]) -> bool:
        """True when the levels can be laid over the baseline: it may hold something else on the way."""
        try:
            for level in levels:
                overlay.put(dict(self._base), steps, level.value)
        except BadValue:
            return False
        return True

    def _factor(self, name: str, node: Json, path: Path) -> None:
        steps = self._values.attempt(path, overlay.steps_of, name, self._base)
        if steps is None or not self._apart(name, steps, path):
            return
        if isinstance(node, dict) and node.get("$contract") == "invalid":
            self._derived_invalid(name, steps, path)
        elif isinstance(node, dict):
            levels = self._derived(name, node.get("$contract"), path)
            self._add(name, steps, levels, [self._doc.where(path)] * len(levels))
        else:
            found = self._listed(node, steps, path)
            self._add(name, steps, [level for _, level, _ in found], [source for _, _, source in found], derived=False)

    def _apart(self, name: str, steps: tuple[str, ...], path: Path) -> bool:
        for other in self._factors.values():
            short = min(len(steps), len(other.steps))
            if steps[:short] == other.steps[:short]:
                inner, outer = (name, other.name) if len(steps) > short else (other.name, name)
                what = told("factors.inside", inner=quoted(inner), outer=quoted(outer))
                self._values.refuse(path, what, told("factors.inside.fix"), key=True)
                return False
        return True

    def _add(
        self,
        name: str,
        steps: tuple[str, ...],
        levels: Sequence[Level],
        sources: Sequence[Source],
        *,
        derived: bool = True,
    ) -> None:
        if levels:
            self._factors[name] = Factor(
                name=name,
                steps=steps,
                levels=tuple(level.value for level in levels),
                written=tuple(level.written for level in levels),
                sources=tuple(sources),
                derived=derived,
            )

    def _derived(self, name: str, word: Json, path: Path) -> tuple[Level, ...]:
        if word not in {"all", "boundary"}:
            return ()  # the schema tells it
        catalogue = self._known(path)
        if catalogue is None or not self._listed_there(name, catalogue, path):
            return ()
        levels = catalogue.valid(name, word)
        if not levels:
            self._values.refuse(path, told("factors.no_levels", name=quoted(name)), told("factors.write"))
        return levels

    def _listed_there(self, name: str, catalogue: Catalogue, path: Path) -> bool:
        keys = dict.fromkeys((*catalogue.keys(), *catalogue.plain_keys()))
        if name not in keys:
            fix = did_you_mean(name, keys)
            self._values.refuse(path, told("factors.unlisted", name=quoted(name)), fix, key=True)
        return name in keys

    def _listed(self, node: Json, steps: tuple[str, ...], path: Path) -> list[tuple[int, Level, Source]]:
        """The levels of a list with their indexes in it and their places, each level once."""
        if not isinstance(node, list):
            return []
        found, seen = [], set()
        for index, (written, place) in enumerate(zip(node, self._doc.items(node), strict=True)):
            level = self._values.whole(written, (*path, index))
            if level is UNKNOWN:
                continue
            if canonical(level) in seen:
                what = told("level.twice", level=spelled(level))
                self._values.refuse((*path, index), what, told("fix.keep_one"))
                continue
            seen.add(canonical(level))
            if self._facts.base is not None:
                self._values.attempt((*path, index), overlay.put, dict(self._base), steps, level)
            found.append((index, Level(level, written), self._doc.source(place)))
        return found

    def _refused(self, name: str, node: Json, path: Path) -> None:
        steps = self._values.attempt(path, overlay.steps_of, name, self._base)
        if steps is None:
            return
        if isinstance(node, dict):
            self._derived_invalid(name, steps, path)
            return
        factor = self._factors.get(name)
        valid = {} if factor is None else dict.fromkeys(map(canonical, factor.levels))
        for index, level, source in self._listed(node, steps, path):
            if canonical(level.value) in valid:
                what = told("level.valid_too", level=spelled(level.value), name=quoted(name))
                self._values.refuse((*path, index), what, told("fix.take_one_out"))
            self._add_invalid(name, steps, level.value, source)

    def _derived_invalid(self, name: str, steps: tuple[str, ...], path: Path) -> None:
        catalogue = self._known(path)
        if catalogue is None or not self._listed_there(name, catalogue, path):
            return
        levels = catalogue.invalid(name, steps)
        if not levels:
            self._values.refuse(path, told("factors.none_refused", name=quoted(name)), told("factors.write"))
        for level in levels:
            self._add_invalid(name, steps, level.value, self._doc.where(path), derived=True)

    def _add_invalid(
        self, name: str, steps: tuple[str, ...], level: Json, source: Source, *, derived: bool = False
    ) -> None:
        known = self._factors.get(name)
        if known is None or canonical(level) not in map(canonical, known.levels):
            models = tuple(model for model in self._chosen if isinstance(model, str)) if derived else None
            found = InvalidLevel(name=name, steps=steps, level=level, source=source, models=models)
            self._invalid.setdefault((name, canonical(level)), found)
