"""What a run was asked for, in its journal: written before anything is sent, read again by who goes on with it.

Never in it: the key, the environment, and what must be said anew each time (`--live`, `--allow-code`: a file must not
start a paid run, nor a stranger's code).
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, Final

from msgspec import Struct

from harness.errors import UsageError
from harness.model import Json, JsonObject, Until
from harness.plan import Selection
from harness.provider import shipped
from harness.run.settings import Prepared, RunSettings, Shard
from harness.scenario import Scenario
from harness.words import told

#: Ids in one event: a line of the journal has a bound.
CHUNK: Final = 4000
#: Fields of RunSettings that the journal does not hold. `reports` is where its folder lies, `lang` is who looks on.
LEFT_OUT: Final = frozenset({"env", "live", "allow_code", "reports", "lang"})


class Asked(Struct, frozen=True, kw_only=True):
    """What a run was asked for. `settings` lack what is LEFT_OUT; `live` says that it was one, `mock` that it was
    simulated inside the process. `variants`: scenario file → ids, in the plan's order; `digests`: file → SHA-256.
    `profiles`: provider → what loads it, a shipped name or a file. `shard`: which part of a run it is.
    """

    settings: RunSettings
    live: bool
    mock: bool
    targets: Mapping[str, str]
    variants: Mapping[str, Sequence[str]]
    digests: Mapping[str, str]
    profiles: Mapping[str, str]
    shard: Shard | None = None


def start_events(prepared: Prepared, run_id: str) -> Iterator[JsonObject]:
    """The first events of a run: `run.started`, then the ids of its variants by scenario file."""
    settings, plan = prepared.settings, prepared.plan
    yield {
        "event": "run.started",
        "run": run_id,
        "targets": {name: target.label for name, target in prepared.targets.items()},
        "live": settings.live,
        "mock": all(target.mock for target in prepared.targets.values()),
        "until": str(prepared.until),
        "seed": settings.seed,
        "contract": settings.contract,
        "planned_credits": plan.credits,
        "variants": len(plan.variants),
        # Enough to reach the tasks when the scenario files are gone.
        "profiles": {
            scenario.provider.profile.name: _profile(scenario, settings.cwd) for scenario in prepared.scenarios.values()
        },
        "settings": {
            item.name: _KINDS[str(item.type)].write(getattr(settings, item.name))
            for item in fields(RunSettings)
            if item.name not in LEFT_OUT
        },
        "scenarios": {
            scenario.source.file: digest(settings.cwd / scenario.source.file)
            for scenario in prepared.scenarios.values()
        },
    }
    if (shard := prepared.shard) is not None:
        told = {item.name: getattr(shard, item.name) for item in fields(Shard) if item.name != "positions"}
        yield {"event": "run.shard", **told, "scenarios": list(shard.scenarios)}
        for start in range(0, len(shard.positions), CHUNK):
            yield {"event": "run.positions", "positions": list(shard.positions[start : start + CHUNK])}
    ids: dict[str, list[str]] = {}
    for item in plan.variants:
        ids.setdefault(prepared.scenarios[item.variant.scenario].source.file, []).append(item.variant.id)
    for file, several in ids.items():
        for start in range(0, len(several), CHUNK):
            yield {"event": "run.variants", "file": file, "ids": several[start : start + CHUNK]}


def read_asked(events: Sequence[JsonObject], folder: Path) -> Asked:
    """What the run in `folder` was asked for. UsageError when its journal does not say it, or not whole."""
    start = events[0] if events and events[0]["event"] == "run.started" else None
    if start is None or "settings" not in start:
        raise UsageError(
            told("journal.unasked", folder=folder),
            told("journal.unasked.fix"),
        )
    variants: dict[str, list[str]] = {}
    for event in events:
        if event["event"] == "run.variants":
            variants.setdefault(event["file"], []).extend(event["ids"])
    try:
        asked = Asked(
            settings=_settings(start["settings"]),
            live=start["live"] is True,
            mock=start["mock"] is True,
            targets={str(name): str(label) for name, label in start["targets"].items()},
            variants=variants,
            digests=dict(start["scenarios"]),
            profiles={str(name): str(file) for name, file in start["profiles"].items()},
            shard=_shard(events),
        )
        whole = sum(map(len, variants.values())) == start["variants"]
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise UsageError(
            told("journal.start", folder=folder, error=f"{type(error).__name__}: {error}"),
            told("journal.put_back"),
        ) from None
    if not whole:
        raise UsageError(
            told("journal.unsent", folder=folder),
            told("journal.unsent.fix"),
        )
    return asked


def _shard(events: Sequence[JsonObject]) -> Shard | None:
    shard = next((event for event in events if event["event"] == "run.shard"), None)
    if shard is None:
        return None
    positions = [place for event in events if event["event"] == "run.positions" for place in event["positions"]]
    return Shard(
        **{name: int(shard[name]) for name in ("index", "count", "variants")},
        hash=str(shard["hash"]),
        positions=tuple(map(int, positions)),
        scenarios=tuple(map(str, shard["scenarios"])),
    )


def digest(file: Path) -> str:
    """The SHA-256 of a file; empty for one that cannot be read."""
    try:
        return hashlib.sha256(file.read_bytes()).hexdigest()
    except OSError:
        return ""


def _profile(scenario: Scenario, cwd: Path) -> str:
    file = Path(scenario.provider.profile.file)
    if file.is_absolute() and file.parent.name in shipped():
        return file.parent.name
    return str((cwd / scenario.source.file).parent / file)


def _settings(document: JsonObject) -> RunSettings:
    kinds = {item.name: _KINDS[str(item.type)] for item in fields(RunSettings) if item.name not in LEFT_OUT}
    return RunSettings(**{name: kind.read(document[name]) for name, kind in kinds.items() if name in document})


class _Kind(Struct, frozen=True):
    """How fields of one type are written as JSON and read again; `read` raises TypeError or ValueError."""

    write: Callable[[Any], Json]
    read: Callable[[Json], Any]


def _same(value: Any) -> Json:
    return value


def _plain(*kinds: type) -> _Kind:
    def read(value: Json) -> Any:
        if not isinstance(value, kinds) or (isinstance(value, bool) and bool not in kinds):
            raise TypeError(f"{value!r:.40} is no {' or '.join(kind.__name__ for kind in kinds)}")
        return value

    return _Kind(_same, read)


def _optional(kind: _Kind) -> _Kind:
    return _Kind(
        lambda value: None if value is None else kind.write(value),
        lambda value: None if value is None else kind.read(value),
    )


def _several(kind: _Kind, value: Json) -> tuple[Any, ...]:
    if not isinstance(value, list):
        raise TypeError(f"{value!r:.40} is no list")
    return tuple(map(kind.read, value))


_PATH: Final = _Kind(str, lambda value: Path(_plain(str).read(value)))
#: The type of a field, as it is written in RunSettings → how it is kept. A test fails for a type that is missing.
_KINDS: Final[Mapping[str, _Kind]] = {
    "bool": _plain(bool),
    "int": _plain(int),
    "int | None": _optional(_plain(int)),
    "float | None": _optional(_plain(int, float)),
    "str | None": _optional(_plain(str)),
    "Path": _PATH,
    "Path | None": _optional(_PATH),
    "tuple[Path, ...]": _Kind(lambda value: [str(path) for path in value], lambda value: _several(_PATH, value)),
    "tuple[str, ...]": _Kind(list, lambda value: _several(_plain(str), value)),
    "Until": _Kind(str, Until),
    "Selection": _Kind(
        lambda value: {"expression": value.expression, "tags": list(value.tags), "only": list(value.only)},
        lambda value: Selection(
            expression=_plain(str).read(value["expression"]),
            tags=_several(_plain(str), value["tags"]),
            only=_several(_plain(str), value["only"]),
        ),
    ),
}
