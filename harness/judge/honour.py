"""Does the file have what was asked for? Measured kind, width, height and duration against the expectation.

What was not measured is neither held against the API nor for it: it is said to be not verified.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Final

from harness.judge.findings import finding, sentence
from harness.media import NOT_INSPECTED
from harness.model import Finding, MediaExpectation, Output
from harness.redact import clean
from harness.refusal.show import show_number

#: How far a duration may be off when neither the scenario nor the profile says, in seconds: half a frame group.
TOLERANCE_S: Final = 0.5
#: Encoders round odd sizes to even ones: so far a size that follows from the payload may be off. A stated one may not.
_PIXELS: Final = 1
#: Providers round the sizes of a shape to what their models can make: 1344x768 is sold as 16:9.
_ASPECT: Final = 0.02
#: Shapes that differ by less than this share are the same shape in another size.
_SHAPE: Final = 0.01
_NO_DURATION: Final = frozenset({"image"})


def combine(stated: MediaExpectation | None, derived: MediaExpectation | None) -> MediaExpectation | None:
    """What an output must be: what the scenario states, and for what it leaves open what follows from the payload.

    Width and height go together: a scenario that states one of them states the size.
    """
    if stated is None or derived is None:
        return stated or derived
    size = stated if _wants_size(stated) else derived
    length = stated if stated.duration_s is not None else derived
    return MediaExpectation(
        width=size.width,
        height=size.height,
        aspect=size.aspect,
        duration_s=length.duration_s,
        tolerance_s=stated.tolerance_s if stated.tolerance_s is not None else derived.tolerance_s,
    )


def check(
    expected: MediaExpectation | None, outputs: Sequence[Output], *, kind: str | None = None, exact: bool = False
) -> tuple[Finding, ...]:
    """What is wrong with downloaded outputs: not there, not readable, not what was asked for.

    `kind` is what the endpoint makes (None: not known). `exact`: the size was stated as such, to the pixel.
    OUTPUT.MISSING, OUTPUT.EXPIRED, OUTPUT.UNREADABLE, OUTPUT.KIND, OUTPUT.RATIO, OUTPUT.DURATION; OUTPUT.UNMEASURED as
    a warning when something was expected and nothing could be measured, or nobody could look into the file.
    """
    found: list[Finding] = []
    for number, output in enumerate(outputs, 1):
        name = clean(output.file, 200) if output.file is not None else f"output {number}"
        problem = clean(output.problem or "", 300)
        if output.file is None:
            params = {"file": name, "text": sentence(problem or "no reason was recorded")}
            code = "OUTPUT.EXPIRED" if output.expired else "OUTPUT.MISSING"
            found.append(finding(code, "output.missing", params, advice="advice.download"))
        elif problem and not problem.startswith(NOT_INSPECTED):
            params = {"file": name, "text": sentence(problem)}
            found.append(finding("OUTPUT.UNREADABLE", "output.unreadable", params, advice="advice.provider"))
        elif kind is not None and output.kind is not None and output.kind != kind:
            # Its size and length are those of another thing: nothing more is to be said of it.
            params = {"file": name, "got": output.kind, "wanted": kind}
            found.append(finding("OUTPUT.KIND", "output.kind", params, advice="advice.kind"))
        elif problem:
            params = {"file": name, "text": sentence(problem)}
            found.append(finding("OUTPUT.UNMEASURED", "output.uninspected", params, warning=True))
        elif expected is not None:
            found += _measured(expected, output, name, exact=exact)
    return tuple(found)


def _measured(expected: MediaExpectation, output: Output, name: str, *, exact: bool) -> list[Finding]:
    checks = [_size(expected, output, name, exact=exact), _aspect(expected, output, name)]
    checks.append(_duration(expected, output, name))
    found = [item for item in checks if item is not None]
    unmeasured = []
    if _wants_size(expected) and output.width is None and output.height is None:
        unmeasured.append(_pixels(expected.width, expected.height))
    if expected.aspect is not None and (output.width is None or output.height is None):
        unmeasured.append(_shape(expected.aspect))
    if expected.duration_s is not None and output.duration_s is None and output.kind not in _NO_DURATION:
        unmeasured.append(f"{show_number(expected.duration_s)} s")
    if unmeasured:
        params = {"file": name, "wanted": ", ".join(unmeasured)}
        found.append(finding("OUTPUT.UNMEASURED", "output.unmeasured", params, warning=True))
    return found


def _wants_size(expected: MediaExpectation) -> bool:
    return expected.width is not None or expected.height is not None


def _size(expected: MediaExpectation, output: Output, name: str, *, exact: bool) -> Finding | None:
    off = any(
        wanted is not None and got is not None and abs(wanted - got) > (0 if exact else _PIXELS)
        for wanted, got in ((expected.width, output.width), (expected.height, output.height))
    )
    if not off:
        return None
    params = {
        "file": name,
        "got": _pixels(output.width, output.height),
        "wanted": _pixels(expected.width, expected.height),
    }
    message = "output.scale" if _same_shape(expected, output) else "output.size"
    return finding("OUTPUT.RATIO", message, params, advice="advice.honour")


def _aspect(expected: MediaExpectation, output: Output, name: str) -> Finding | None:
    if expected.aspect is None or not output.width or not output.height:
        return None
    if abs(output.width / (output.height * expected.aspect) - 1) <= _ASPECT:
        return None
    params = {
        "file": name,
        "got": f"{_pixels(output.width, output.height)} ({_shape(output.width / output.height)})",
        "wanted": _shape(expected.aspect),
    }
    return finding("OUTPUT.RATIO", "output.aspect", params, advice="advice.honour")


def _same_shape(expected: MediaExpectation, output: Output) -> bool:
    if not (expected.width and expected.height and output.width and output.height):
        return False
    return abs(expected.width * output.height / (expected.height * output.width) - 1) < _SHAPE


def _duration(expected: MediaExpectation, output: Output, name: str) -> Finding | None:
    wanted, got = expected.duration_s, output.duration_s
    if wanted is None or got is None or output.kind in _NO_DURATION:
        return None
    tolerance = expected.tolerance_s if expected.tolerance_s is not None else TOLERANCE_S
    # A hair more than the tolerance is still inside it: 5.0 + 0.5 is not below 5.5 in every arithmetic.
    if math.isfinite(got) and abs(got - wanted) <= tolerance + 1e-9:
        return None
    params = {
        "file": name,
        "got": show_number(round(got, 2) if math.isfinite(got) else got),
        "wanted": show_number(wanted),
        "tolerance": show_number(tolerance),
    }
    return finding("OUTPUT.DURATION", "output.duration", params, advice="advice.honour")


def _shape(aspect: float) -> str:
    """A shape as people write it, as long as the numbers are small: 16:9, else 1.85:1."""
    from fractions import Fraction  # with it comes decimal, and most outputs have the shape that was asked for

    exact = Fraction(aspect).limit_denominator(32)
    if abs(exact / Fraction(aspect) - 1) < _SHAPE / 10:
        return f"{exact.numerator}:{exact.denominator}"
    return f"{aspect:.3g}:1"


def _pixels(width: int | None, height: int | None) -> str:
    return f"{width if width is not None else '?'}x{height if height is not None else '?'}"
