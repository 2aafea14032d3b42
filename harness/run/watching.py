"""Which files a run reads, and whether they are as they were: for `run --watch`. Looks, and changes nothing.

The files are looked at again and again: no library is needed for it, and it works on every file system.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final, TypeAlias

from harness import yamlio
from harness.clock import Clock
from harness.errors import HarnessError
from harness.model import Json
from harness.provider import shipped
from harness.run.settings import RunSettings
from harness.scenario import find
from harness.scenario.assets import project_root
from harness.scenario.rows_file import rows_file
from harness.scenario.schema_values import GENERATED

#: Time of change in ns, size, and the file's own number: an editor that writes a new file and renames it changes that.
Stamp: TypeAlias = tuple[int, int, int]
Stamps: TypeAlias = Mapping[Path, Stamp | None]

#: Between two looks.
EVERY_S: Final = 0.3
#: An editor, or a switch to another branch, writes several files: they are waited for until nothing moves for so long…
QUIET_S: Final = 0.1
#: …or this has passed.
MOST_S: Final = 3.0
_DEPTH: Final = 100


class Watched:
    """The files that runs with these settings read."""

    def __init__(self, settings: RunSettings) -> None:
        self._settings = settings
        self._paths = settings.paths or (settings.cwd / "scenarios",)
        self._named: dict[Path, frozenset[Path]] = {}
        self._modules = frozenset(sys.modules)

    def check(self) -> None:
        """Raises UsageError for a path that was named and is not there: nobody would know what is watched."""
        find(self._settings.paths)

    def stamps(self) -> Stamps:
        """Every file as it is now; None for one that is not there."""
        files = self._scenarios()
        named = (file for group in self._named.values() for file in group)
        return {file: _stamp(file) for file in dict.fromkeys((*files, *map(rows_file, files), *named))}

    def learn(self) -> None:
        """Reads the scenarios to see which files they name. One that cannot be read names what it named before."""
        named: dict[Path, frozenset[Path]] = {}
        for file in self._scenarios():
            try:
                data = yamlio.read(file).data
            except HarnessError:
                named[file] = self._named.get(file, frozenset())
                continue
            root = project_root(file.parent, self._settings.cwd)
            named[file] = frozenset(_named(data, file.parent, root, self._settings.allow_code))
        self._named = named

    def forget_code(self) -> None:
        """Takes the user's own modules (`$call`) out of Python's memory, so that they are read anew."""
        roots = {project_root(file.parent, self._settings.cwd) for file in self._named}
        for name, module in list(sys.modules.items()):
            source = getattr(module, "__file__", None)
            if name in self._modules or name.partition(".")[0] == "harness" or source is None:
                continue
            if "site-packages" not in source and any(root in Path(source).parents for root in roots):
                del sys.modules[name]

    def _scenarios(self) -> list[Path]:
        try:
            return find(self._paths)
        except HarnessError:  # a folder that went away, or comes again
            return [path for path in self._paths if path.suffix]


def _stamp(file: Path) -> Stamp | None:
    try:
        facts = file.stat()
    except (OSError, ValueError):
        return None
    return facts.st_mtime_ns, facts.st_size, facts.st_ino


def _named(data: Json, folder: Path, root: Path, code: bool) -> Iterator[Path]:  # noqa: FBT001 - one of two ways to read
    """The files that a scenario names: assets, its own provider with its contracts, modules of the user."""
    provider = data.get("provider") if isinstance(data, dict) else None
    if isinstance(provider, str) and provider not in shipped() and (folder / provider).suffix in {".yaml", ".yml"}:
        profile = folder / provider
        yield profile
        yield from _contracts(profile)
    for word, name in _words(data, 0):
        if word == "$call" and code:
            module = root / Path(*name.partition(":")[0].split("."))
            yield from (module.with_suffix(".py"), module / "__init__.py")
        elif word != "$call" and name != GENERATED:
            yield folder / name


def _words(value: Json, depth: int) -> Iterator[tuple[str, str]]:
    if depth > _DEPTH:
        return
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in {"$image", "$file", "$call"} and isinstance(inner, str):
                yield key, inner
            else:
                yield from _words(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            yield from _words(inner, depth + 1)


def _contracts(profile: Path) -> Iterator[Path]:
    try:
        data = yamlio.read(profile).data
    except HarnessError:
        return
    if isinstance(data, dict):
        several = data.get("contracts")
        names = [data.get("contract"), *(several.values() if isinstance(several, dict) else ())]
        yield from (profile.parent / name for name in names if isinstance(name, str))


def differences(before: Stamps, after: Stamps) -> tuple[Path, ...]:
    """Files that changed, came or went, in the order of their names."""
    return tuple(sorted(file for file in {*before, *after} if before.get(file) != after.get(file)))


async def next_change(look: Callable[[], Stamps], before: Stamps, clock: Clock) -> tuple[Path, ...]:
    """Waits until files are not as they were `before`, and then until nothing moves; which ones they are."""
    while True:
        now = look()
        if differences(before, now):
            until_s = clock.now() + MOST_S
            while clock.now() < until_s:
                await clock.sleep(QUIET_S)
                now, earlier = look(), now
                if now == earlier:
                    break
            if changed := differences(before, now):
                return changed
        await clock.sleep(EVERY_S)
