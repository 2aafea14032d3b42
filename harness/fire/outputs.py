"""The files of a finished task: fetched, saved under the run's folder, measured."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Final

from harness.fire.calls import NoFile, fetch
from harness.fire.course import Course
from harness.fire.polling import fresh_addresses
from harness.fire.saving import extension, save_data_uri
from harness.media import Measured
from harness.model import Output, Until, replace
from harness.provider import is_address
from harness.redact import clean
from harness.words import told

FOLDER: Final = "outputs"
#: A large file over a slow line takes minutes.
TIMEOUT_S: Final = 300.0
LIMIT_BYTES: Final = 1024**3
MAX_OUTPUTS: Final = 16
#: Answers of a signed link whose time is over: a poll gives a fresh one.
_EXPIRED: Final = frozenset({401, 403, 404, 410})


async def collect(course: Course, addresses: tuple[str, ...]) -> None:
    """Puts the outputs into the outcome, downloaded and measured where the run asks for that; one after the other."""
    outputs: tuple[Output, ...] = ()
    fresh: tuple[str, ...] | None = None
    for number, address in enumerate(addresses[:MAX_OUTPUTS], start=1):
        output = Output(url=address, kind=course.endpoint.kind)
        if not is_address(address):
            output = replace(output, url=clean(address, 200), problem=told("fact.no_address"))
        elif course.until is Until.VERIFIED:
            name = course.variant.id + (f"-{number}" if number > 1 else "")
            name = f"{name}.{extension(address, course.endpoint.kind)}"
            output, expired = await _download(course, output, name)
            if expired:
                fresh = await fresh_addresses(course) if fresh is None else fresh
                if number <= len(fresh):
                    output, expired = await _download(course, replace(output, url=fresh[number - 1]), name)
            if expired:
                problem = told("fact.expired", text=(output.problem or "").removesuffix("."))
                output = replace(output, problem=problem, expired=True)
        if _is_data(address):
            # The file is on the disk or nowhere: nobody needs its megabytes in the memory of the whole run.
            output = replace(output, url=f"{address.partition(',')[0][:100]},…")
        outputs = (*outputs, output)
        course.learn(outputs=outputs)


def _is_data(address: str) -> bool:
    return address[:5].lower() == "data:"


async def _download(course: Course, output: Output, name: str) -> tuple[Output, bool]:
    """The output with its file or its problem, and whether its link may have expired."""
    ctx = course.ctx
    file = ctx.folder / FOLDER / name

    async def save() -> int:
        if _is_data(output.url):
            return save_data_uri(output.url, file, LIMIT_BYTES)
        return await ctx.transport.download(output.url, file, timeout_s=TIMEOUT_S, limit_bytes=LIMIT_BYTES)

    saved = await fetch(ctx, save, variant=course.variant.id)
    if isinstance(saved, NoFile):
        course.log(lambda: told("log.no_file", why=saved.why))
        return replace(output, problem=clean(saved.why)), saved.status in _EXPIRED
    relative = f"{FOLDER}/{name}"
    await course.note("output.saved", file=relative, bytes=saved)
    course.log(lambda: told("log.downloaded", file=relative, bytes=f"{saved:,}"))
    measured = await _measure(course, file)
    known = replace(
        output,
        file=relative,
        size_bytes=saved,
        kind=measured.kind or output.kind,
        width=measured.width,
        height=measured.height,
        duration_s=measured.duration_s,
        problem=measured.problem,
    )
    return known, False


async def _measure(course: Course, file: Path) -> Measured:
    """Decoding takes long enough to hold up everybody else's polls, so it is done beside them, in a thread.

    Not on simulated time: nobody waits there, and threads would make the order of events a matter of chance.
    """
    if course.ctx.clock.virtual:
        return course.ctx.measure(file)
    return await asyncio.get_running_loop().run_in_executor(None, course.ctx.measure, file)
