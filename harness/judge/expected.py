"""Where a refusal or a failure is another than the scenario expects."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from fnmatch import fnmatchcase
from typing import Final

from harness.judge.findings import finding
from harness.model import Expectation, Finding, Json, Verdict
from harness.redact import clean
from harness.refusal.records import Refusal, about, dotted, names, parse_path

#: Statuses that say by themselves what was refused: who expects one by name has seen it.
TELLING: Final = frozenset({401, 402, 403, 404, 405, 413, 415, 429})
#: Fields of one sentence.
_MOST: Final = 5


def refusal_mismatches(
    expect: Expectation, refusal: Refusal, found: Sequence[Finding], changed: Collection[str] = ()
) -> list[tuple[Verdict, Finding]]:
    """What about a refusal is not as expected, each with its verdict; nothing when all is.

    `found` are the findings that explain it, `changed` the dotted keys in which the variant differs from the baseline.
    A refusal that names no field may still be the expected one: that cannot be told.
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
            params = {"wanted": wanted, "got": clean(", ".join(named[:_MOST]), 200)}
            own = not changed or any(about(key, field) for key in changed for field in named)
            item = finding("EXPECT.FIELD", "expect.field", params, advice=advice if own else "advice.hidden")
            wrong.append((Verdict.FAIL, item))
    if expect.message is not None:
        texts = [refusal.text, *(issue.text for issue in refusal.issues)]
        if not any(expect.message.casefold() in text.casefold() for text in texts):
            params = {"wanted": clean(expect.message, 200), "got": clean(" · ".join(texts[:5]), 200) or "–"}
            wrong.append((Verdict.FAIL, finding("EXPECT.MESSAGE", "expect.message", params, advice=advice)))
    if expect.code is not None:
        codes = [*(item.code for item in found), *(issue.code for issue in refusal.issues if issue.code)]
        wrong += wrong_code(expect.code, codes)
    return wrong


def refused_for_another(
    expect: Expectation, refusal: Refusal, changed: Collection[str]
) -> tuple[Verdict, Finding] | None:
    """Whether a refusal that was expected may be the baseline's own: then what can be told of it, else None.

    `changed` are the dotted keys in which the variant differs from the baseline: what was refused should be one of
    them. Where the scenario says itself by what the refusal is known (a field, words, a telling status), that decides;
    a code does, too, where no field is named.
    """
    keys = list(changed)
    if not keys or expect.field is not None or expect.message is not None or expect.status in TELLING:
        return None
    texts = [refusal.text, *(issue.text for issue in refusal.issues)]
    named = list(dict.fromkeys(issue.field for issue in refusal.issues if issue.field))
    if any(about(key, field) for key in keys for field in named) or any(
        names(text, key) for key in keys for text in texts
    ):
        return None
    wanted = clean(", ".join(keys[:_MOST]), 200)
    if named:
        params = {"wanted": wanted, "got": clean(", ".join(named[:_MOST]), 200), "first": clean(named[0], 120)}
        return Verdict.INCONCLUSIVE, finding("EXPECT.FIELD", "expect.field.own", params, advice="advice.own_change")
    if expect.code is not None:
        return None
    params = {"wanted": wanted}
    return Verdict.PASS, finding("EXPECT.FIELD", "expect.field.none", params, advice="advice.words", warning=True)


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
