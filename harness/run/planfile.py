"""A plan as a file: written for somebody to look at and agree to, and compared with what a run is about to do.

The file is JSON: `plan` says what will be fired in which order, `hash` is the SHA-256 of its canonical JSON (keys
sorted, no spaces, ASCII), so that a plan that was edited is not taken for one that was agreed to. What stands beside
them is for the reader alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from harness.errors import EnvironmentProblem, UsageError, why
from harness.model import Json, JsonObject, PlannedVariant
from harness.redact import clean
from harness.run.settings import Prepared
from harness.words import together, told

FORMAT_VERSION: Final = 1
_SHOWN: Final = 10


def document(prepared: Prepared, predicted_s: float) -> JsonObject:
    """The plan with its hash, ready to be written. Where it goes (mock or live) is not part of it."""
    plan = _plan(prepared)
    return {
        "format_version": FORMAT_VERSION,
        "hash": _hash(plan),
        "predicted_s": round(predicted_s, 1),
        "plan": plan,
    }


def save(prepared: Prepared, predicted_s: float, file: Path) -> None:
    """Writes the plan. Raises EnvironmentProblem when the file cannot be written."""
    try:
        text = json.dumps(document(prepared, predicted_s), indent=1, ensure_ascii=False)
        file.write_text(text + "\n", encoding="utf-8")
    except OSError as error:
        raise EnvironmentProblem(told("env.plan", file=file, why=why(error)), told("env.plan.fix")) from None


def check(prepared: Prepared, file: Path) -> None:
    """Raises UsageError that says how a run would differ from the plan in the file, or why that is no plan."""
    agreed, now = _read(file), _plan(prepared)
    if agreed == now:
        return
    found = list(_differences(agreed, now))
    more = [told("plan.more", count=len(found) - _SHOWN)] if len(found) > _SHOWN else []
    raise UsageError(together([told("plan.other", file=file), *found[:_SHOWN], *more]), told("plan.other.fix"))


def _plan(prepared: Prepared) -> JsonObject:
    plan = prepared.plan
    return {
        "contracts": {name: provider.contract_version for name, provider in sorted(prepared.providers.items())},
        "until": str(prepared.settings.until),
        "credits": plan.credits,
        "variants": [_variant(plan.variants[index]) for index in plan.order],
    }


def _variant(item: PlannedVariant) -> JsonObject:
    variant = item.variant
    model = variant.payload.get("model")
    return {
        "id": variant.id,
        "scenario": variant.scenario,
        "name": variant.name,
        "endpoint": variant.endpoint,
        "model": model if isinstance(model, str) else None,
        "expect": variant.expect.kind,
        "credits": item.credits,
    }


def _hash(plan: Json) -> str:
    text = json.dumps(plan, sort_keys=True, separators=(",", ":"), ensure_ascii=True)
    return "sha256:" + hashlib.sha256(text.encode("ascii")).hexdigest()


def _read(file: Path) -> JsonObject:
    try:
        read: Json = json.loads(file.read_bytes())
    except OSError as error:
        raise UsageError(
            told("plan.unreadable", file=file, why=why(error)),
            told("plan.unreadable.fix"),
        ) from None
    except (ValueError, RecursionError):
        read = None
    plan = read.get("plan") if isinstance(read, Mapping) else None
    if not isinstance(read, Mapping) or not isinstance(plan, Mapping) or read.get("format_version") != FORMAT_VERSION:
        raise UsageError(
            told("plan.none", file=file, version=FORMAT_VERSION),
            told("plan.unreadable.fix"),
        )
    if read.get("hash") != _hash(plan):
        raise UsageError(
            told("plan.changed", file=file),
            told("plan.changed.fix"),
        )
    return plan


def _differences(agreed: JsonObject, now: JsonObject) -> Iterator[str]:
    for key in ("contracts", "until"):
        if agreed.get(key) != now[key]:
            yield told("plan.differs", what=key, planned=_shown(agreed.get(key)), now=_shown(now[key]))
    before = {each["id"]: each for each in agreed.get("variants", ())}
    after = {each["id"]: each for each in now["variants"]}
    for key, each in before.items():
        if key not in after:
            yield told("plan.gone", variant=f"{key} {clean(str(each.get('name')), 80)}")
    for key, each in after.items():
        known = before.get(key)
        if known is None:
            yield told("plan.added", variant=f"{key} {clean(each['name'], 80)}")
            continue
        for name, value in each.items():
            if known.get(name) != value:
                what = f"{key} {clean(each['name'], 80)}: {name}"
                yield told("plan.differs", what=what, planned=_shown(known.get(name)), now=_shown(value))
    if list(before) != list(after) and before.keys() == after.keys():
        yield told("plan.order")
    if agreed.get("credits") != now["credits"]:
        yield told("plan.differs", what="credits", planned=_shown(agreed.get("credits")), now=_shown(now["credits"]))


def _shown(value: Json) -> str:
    return clean(json.dumps(value, ensure_ascii=False), 120)
