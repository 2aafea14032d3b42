"""A scenario file whose baseline is mended in its text. Everything else of the file stays byte for byte."""

from __future__ import annotations

import codecs
import difflib
import os
import tempfile
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path as FilePath
from typing import Final

from msgspec import Struct

from harness.errors import MistakesError
from harness.model import Asset, Json, JsonObject, Path
from harness.provider import ABSENT
from harness.scenario.assets import Assets
from harness.scenario.files import shown
from harness.scenario.labels import canonical
from harness.scenario.pictures import Drawn
from harness.scenario.reading import read_scenario
from harness.scenario.records import LoadSettings
from harness.scenario.routes import Providers
from harness.scenario.values import is_word
from harness.words import told
from harness.yamlio import Document, dotted, parse
from harness.yamlio.edit import CannotEditError, Edit, edit

_BASELINE: Final = "baseline"


class Mended(Struct, frozen=True, kw_only=True):
    """A file with another text. Nothing is written yet. `name` is what people call the file."""

    file: FilePath
    name: str
    before: str
    after: str
    bom: bool = False

    @property
    def diff(self) -> str:
        """What changes, as a unified diff."""
        old, new = self.before.splitlines(keepends=True), self.after.splitlines(keepends=True)
        lines = difflib.unified_diff(old, new, self.name, self.name)
        return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines)

    def write(self) -> None:
        """Puts the new text in the place of the old one, all at once. OSError when that cannot be done.

        CannotEditError when the file has changed since it was read.
        """
        file = self.file.resolve()  # a link stays one
        if file.read_bytes() != _encoded(self.before, bom=self.bom):
            raise CannotEditError(told("mend.changed"))
        handle, name = tempfile.mkstemp(prefix=f".{file.name[:100]}.", suffix=".tmp", dir=file.parent)
        try:
            with os.fdopen(handle, "wb") as stream:
                stream.write(_encoded(self.after, bom=self.bom))
                stream.flush()
                os.fsync(stream.fileno())
            FilePath(name).chmod(file.stat().st_mode & 0o7777)
            FilePath(name).replace(file)
        except BaseException:
            FilePath(name).unlink(missing_ok=True)
            raise


def mend(
    file: FilePath,
    changes: Sequence[tuple[Path, Json]],
    settings: LoadSettings,
    *,
    baseline: JsonObject | None = None,
    before: Sequence[Json] = (),
) -> Mended:
    """The file with these changes of its baseline: (path inside the payload, new value or ABSENT).

    The result is read again: it loads, and its baseline is the old one with just these changes. `baseline` is the one
    that the changes are for (with stand-ins for drawn pictures), `before` are the values that they replace; a file that
    holds others by now is not touched.
    CannotEditError says why something cannot be done, MistakesError what is wrong with the file as it is.
    """
    name = shown(file, settings.cwd)
    text, bom = _read(file)
    document = parse(text, file=name)
    old = _template(document, file, settings)
    if baseline is not None and canonical(old) != canonical(baseline):
        raise CannotEditError(told("mend.other_baseline"))
    for (path, _), was in zip(changes, before, strict=False):
        if canonical(_value_at(old, path)) != canonical(was):
            raise CannotEditError(told("mend.other_value", place=dotted((_BASELINE, *path))))
    node = document.data.get(_BASELINE)
    edits = [_edit(node, path, value) for path, value in changes]
    after = edit(text, edits)
    try:
        new = _template(parse(after, file=name), file, settings)
    except MistakesError as error:
        first = error.mistakes[0]
        raise CannotEditError(told("mend.broken", field=first.field, what=first.what)) from None
    wanted: Json = old
    for path, value in changes:
        wanted = _with(wanted, path, value)
    if canonical(new) != canonical(wanted):
        raise CannotEditError(told("mend.doubt"))
    return Mended(file=file, name=name, before=text, after=after, bom=bom)


def _read(file: FilePath) -> tuple[str, bool]:
    raw = file.read_bytes()
    bom = raw.startswith(codecs.BOM_UTF8)
    try:
        return raw.removeprefix(codecs.BOM_UTF8).decode(), bom
    except UnicodeDecodeError:
        raise CannotEditError(told("mend.no_utf8")) from None


def _encoded(text: str, *, bom: bool) -> bytes:
    return (codecs.BOM_UTF8 if bom else b"") + text.encode()


def _template(document: Document, file: FilePath, settings: LoadSettings) -> JsonObject:
    """The baseline as it is loaded. MistakesError for a file that does not load."""
    providers = Providers(settings)
    scenario, mistakes = read_scenario(document, file, settings, assets=Assets(settings.cwd), providers=providers)
    if scenario is None or mistakes or providers.mistakes:
        raise MistakesError([*mistakes, *providers.mistakes])
    return scenario.template


def _edit(node: Json, path: Path, value: Json) -> Edit:
    """A change of the payload as one of the file: keys with a $ are escaped, and words are respected."""
    steps: list[str | int] = [_BASELINE]
    for depth, step in enumerate(path):
        _check_word(node, steps)
        steps.append(f"$${step[1:]}" if isinstance(step, str) and step.startswith("$") else step)
        last = depth == len(path) - 1
        inside = node.get(steps[-1], ABSENT) if isinstance(node, Mapping) else _item(node, step)
        if last and value is not ABSENT and inside is not ABSENT:
            text = _text_edit(inside, steps, value)
            if text is not None:
                return text
            _check_word(inside, steps)
        node = inside
    if value is ABSENT:
        return Edit(path=tuple(steps), remove=True)
    return Edit(path=tuple(steps), value=_declared(value, steps))


def _item(node: Json, step: str | int) -> Json:
    return node[step] if isinstance(node, list) and isinstance(step, int) and step < len(node) else ABSENT


def _check_word(node: Json, steps: Iterable[str | int]) -> None:
    """Refuses a value that a `$word` makes: the file does not hold it."""
    word = next((key for key in node if is_word(key)), None) if isinstance(node, Mapping) else None
    if word is not None and word != "$absent":
        raise CannotEditError(told("mend.word", place=dotted(tuple(steps)), word=word))


def _text_edit(node: Json, steps: Sequence[str | int], value: Json) -> Edit | None:
    """Another length for a `{$text: …}`, where the new text is made of the same character."""
    if not isinstance(node, Mapping) or "$text" not in node or not isinstance(value, str):
        return None
    char = node["$text"].get("char", "x")
    units = 2 if ord(char) > 0xFFFF else 1
    if not value or value.strip(char):
        return None
    return Edit(path=(*steps, "$text", "length"), value=len(value) * units)


def _declared(value: Json, steps: Sequence[str | int]) -> Json:
    """A value as a file writes it."""
    if isinstance(value, Drawn):
        written = {"$image": "generated"}
        return written | {key: item for key, item in value.declared().items() if key == "max_side" and item is not None}
    if isinstance(value, Asset):
        raise CannotEditError(told("mend.file", place=dotted(tuple(steps))))
    if isinstance(value, Mapping):
        return {(f"${key}" if key.startswith("$") else key): _declared(inner, steps) for key, inner in value.items()}
    return [_declared(inner, steps) for inner in value] if isinstance(value, (list, tuple)) else value


def _value_at(payload: Json, path: Path) -> Json:
    """The value at the path; ABSENT where there is none."""
    for step in path:
        payload = payload.get(step, ABSENT) if isinstance(payload, Mapping) else _item(payload, step)
    return payload


def _with(payload: Json, path: Path, value: Json) -> Json:
    """The payload with a change; objects on the way are copied."""
    step, rest = path[0], path[1:]
    if isinstance(payload, list):
        index = int(step)
        return [*payload[:index], value if not rest else _with(payload[index], rest, value), *payload[index + 1 :]]
    members = dict(payload)
    if rest:
        members[step] = _with(members.get(step, {}), rest, value)
    elif value is ABSENT:
        members.pop(step, None)
    else:
        members[step] = value
    return members
