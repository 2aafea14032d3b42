"""Where a refusal or a failure is another than the scenario expects."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase

from harness.judge.findings import finding
from harness.model import Expectation, Finding, Json, Verdict
from harness.redact import clean
from harness.refusal.records import Refusal, dotted, parse_path


def refusal_mismatches(
    expect: Expectation, refusal: Refusal, found: Sequence[Finding]
) -> list[tuple[Verdict, Finding]]:
    """What about a refusal is not as expected, each with its verdict; nothing when all is.

    `found` are the findings that explain it. A refusal that names no field may still be the expected one: that cannot
    be told.
    """
    wrong: list[tuple[Verdict, Finding]] = []
    advice = "advice.expectation"
    params: dict[str, Json]
    if expect.status is not None and expect.status != refusal.status:
        params = {"wanted": expect.status, "got": refusal.status}
        wrong.append((Verdict.FAIL, finding("EXPECT.STATUS", "expect.status", params, advice=advice)))
    if expect.field is not None:
        named = list(dict.fromkeys(issue.field for issue in refusal.issues if issue.field is not None))
        wanted = dotted(parse_path(expect.field))
        if not named:
            params = {"wanted": wanted}
            item = finding("EXPECT.FIELD", "expect.field.unnamed", params, advice=advice, said=refusal.text)
            wrong.append((Verdict.INCONCLUSIVE, item))
        elif not any(_covers(wanted, field) for field in named):
            params = {"wanted": wanted, "got": clean(", ".join(named[:5]), 200)}
            wrong.append((Verdict.FAIL, finding("EXPECT.FIELD", "expect.field", params, advice=advice)))
    if expect.message is not None:
        texts = [refusal.text, *(issue.text for issue in refusal.issues)]
        if not any(expect.message.casefold() in text.casefold() for text in texts):
            params = {"wanted": clean(expect.message, 200), "got": clean(" · ".join(texts[:5]), 200) or "–"}
            wrong.append((Verdict.FAIL, finding("EXPECT.MESSAGE", "expect.message", params, advice=advice)))
    if expect.code is not None:
        codes = [*(item.code for item in found), *(issue.code for issue in refusal.issues if issue.code)]
        wrong += wrong_code(expect.code, codes)
    return wrong


def _covers(wanted: str, field: str) -> bool:
    """A refusal of a part is one of the whole: `promptImage.0.position` is a refusal of `promptImage`."""
    return field == wanted or field.startswith(f"{wanted}.")


def wrong_code(wanted: str, codes: Sequence[str]) -> list[tuple[Verdict, Finding]]:
    """What is wrong when none of the codes fits the glob `wanted`; nothing when one does."""
    codes = list(dict.fromkeys(codes))
    if any(fnmatchcase(code.upper(), wanted.upper()) for code in codes):
        return []
    params = {"wanted": clean(wanted, 80), "got": clean(", ".join(codes[:5]), 200)}
    message = "expect.code" if codes else "expect.code.none"
    return [(Verdict.FAIL, finding("EXPECT.CODE", message, params, advice="advice.expectation"))]
