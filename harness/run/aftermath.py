"""What is looked into when all variants have been fired: a baseline that does not work, and the causes of refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct, field

from harness.diagnose.found import Found
from harness.fire.journal import Journal
from harness.run.diagnosing import diagnose, note_drift
from harness.run.firing import Firing
from harness.run.mending import Made, mend
from harness.run.probing import Probed, Prober

if TYPE_CHECKING:
    from harness.run.index import Ran


class Aftermath(Struct, frozen=True, kw_only=True):
    """Causes; probes in the order in which they were sent; by scenario the payload nearest to a broken baseline."""

    causes: tuple[Found, ...] = ()
    probes: Sequence[Probed] = ()
    mended: Mapping[str, Made] = field(default_factory=dict)


async def look_into(firing: Firing, journal: Journal, folder: Path, before: Callable[[], Sequence[Ran]]) -> Aftermath:
    """What is found; with --diagnose probes are sent for it. `before` gives the runs before this one.

    Where nothing was accepted a payload that works is looked for first: without one there is nothing to compare with.
    Where something was, the causes come first: they tell a refusal by chance.
    """
    settings = firing.prepared.settings
    note_drift(firing, before)
    prober = Prober(firing, journal, folder, most=settings.max_probes) if settings.diagnose else None
    mended = await mend(firing, prober, some_taken=False)
    known = {name for name, made in mended.items() if made.explains}
    causes = await diagnose(firing, prober, recover=settings.recover, known=known)
    mended = {**mended, **await mend(firing, prober, some_taken=True, but=mended)}
    if prober is not None and not firing.stop.interrupted:
        await journal.write({"event": "run.diagnosed", "probes": len(prober.sent)})
    return Aftermath(causes=causes, probes=() if prober is None else prober.sent, mended=mended)
