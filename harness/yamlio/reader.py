"""Files and texts → Documents: bytes to characters, bounds, mistakes in the order of the file."""

from __future__ import annotations

import codecs
import gc
import pathlib
import re
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Final

from harness.errors import Mistake, MistakesError
from harness.model import Source
from harness.words import told
from harness.yamlio.document import BREAK, MAX_MISTAKES, SHIFT, Document, dotted, mistake_at, system_words
from harness.yamlio.hidden import Hidden

MAX_BYTES: Final = 16 * 1024 * 1024
#: libyaml compares each of these lines with each other one, and they are of no use here.
_TAG_LINES: Final = 100
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Never allowed in YAML 1.2 nor in JSON, not even in quotes; and halves of characters, which no UTF-8 can carry.
_FORBIDDEN: Final = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


def read(file: pathlib.Path, *, shown: str | None = None) -> Document:
    """The document in a file. MistakesError when it cannot be read, decoded or parsed, or is too big.

    `shown` is the name that mistakes and sources carry (default: the path as it is). UTF-8, or UTF-16 and UTF-32 with a
    byte order mark.
    """
    name = shown if shown is not None else str(file)
    return parse(read_text(file, shown=name), file=name)


def read_text(file: pathlib.Path, *, shown: str, most_bytes: int = MAX_BYTES) -> str:
    """The text of a file without its byte order mark. MistakesError when it cannot be read, decoded, or is too big."""
    name = shown
    try:
        with file.open("rb") as stream:
            raw = stream.read(most_bytes + 1)
    except (OSError, ValueError) as error:  # ValueError: a path with a NUL in it
        why = system_words(error, told("read.no_name"))
        raise _whole(name, told("read.failed", why=why), told("fix.permissions")) from None
    if len(raw) > most_bytes:
        raise _whole(name, told("read.too_big", limit=most_bytes >> 20), told("fix.split"))
    return _decode(raw, name)


def parse(text: str, *, file: str) -> Document:
    """The document in a text. MistakesError with as many mistakes at once as can be found."""
    from yaml.error import YAMLError  # lazily: 20 ms of start-up that many commands never need

    from harness.yamlio import events, parsers, syntax

    text = text.removeprefix("\ufeff")
    odd = [_forbidden(file, text, found) for found in islice(_FORBIDDEN.finditer(text), 10)]
    if odd:
        raise MistakesError(odd)
    if text.count("\n%TAG") > _TAG_LINES:
        raise _whole(file, told("read.tag_lines", limit=_TAG_LINES), told("fix.take_them_out"))
    hidden = Hidden(text)
    builder = events.Builder(hidden)
    with without_gc():
        try:
            builder.feed(parsers.open_parser(hidden.text))
        except events.StopReading:
            pass
        except YAMLError as error:
            line, column, what, fix = syntax.reword(error, BREAK.split(text))
            builder.mistakes.append(((line << SHIFT) + column, (), what, fix))
    doc = Document(file, text, builder.data, root=builder.root, starts=builder.starts, marks=builder.marks)
    if builder.mistakes:
        raise MistakesError(
            mistake_at(doc.source(place), doc.line, what, fix, field=dotted(path))
            for place, path, what, fix in builder.mistakes
        )
    return doc


def limited(mistakes: list[Mistake]) -> list[Mistake]:
    """The first mistakes of a file; of the rest, beyond what a screen can bear, only how many there are."""
    rest = len(mistakes) - MAX_MISTAKES
    if rest <= 0:
        return mistakes
    what = told("read.more_mistakes", rest=f"{rest:,}", count=rest)
    return [*mistakes[:MAX_MISTAKES], Mistake(source=Source(file=mistakes[0].source.file), what=what)]


@contextmanager
def without_gc() -> Iterator[None]:
    """Without the cyclic garbage collector: it would walk growing data again and again, and there is no garbage."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()


def _decode(raw: bytes, name: str) -> str:
    bom, encoding = next(((bom, encoding) for bom, encoding in _BOMS if raw.startswith(bom)), (b"", "utf-8"))
    body = raw[len(bom) :]
    if not bom and b"\x00" in body[:4]:
        raise _whole(name, told("read.zero_bytes"), told("read.as_utf8"))
    try:
        return body.decode(encoding)
    except UnicodeDecodeError as error:
        index = len(body[: error.start].decode(encoding, errors="replace"))
        text = body.decode(encoding, errors="replace")
        what = told("read.bad_byte", byte=f"{body[error.start]:02x}", encoding=encoding.upper())
        raise MistakesError([_at_index(name, text, index, what, told("read.bad_byte.fix"))]) from None


def _forbidden(name: str, text: str, found: re.Match[str]) -> Mistake:
    code = ord(found[0])
    if code >= 0xD800:
        what, fix = told("read.half", code=f"{code:04X}"), told("fix.take_out")
    else:
        what, fix = told("read.control", code=f"{code:04X}"), told("read.control.fix", escape=f"\\x{code:02X}")
    return _at_index(name, text, found.start(), what, fix)


def _at_index(name: str, text: str, index: int, what: str, fix: str) -> Mistake:
    before = BREAK.split(text[:index])
    source = Source(file=name, line=len(before), column=len(before[-1]) + 1)
    return mistake_at(source, lambda number: BREAK.split(text)[number - 1], what, fix)


def _whole(name: str, what: str, fix: str) -> MistakesError:
    return MistakesError([Mistake(source=Source(file=name), what=what, fix=fix)])
