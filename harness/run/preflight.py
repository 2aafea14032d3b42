"""Before a live run: one free request for the account, and what in its answer speaks against the plan.

`judge_account` is pure: answer and plan in, sentences out. What an answer does not tell is unknown, and unknown is not
no: some providers show no balance, and a key may be allowed to make videos and not to look at the account.
"""

from __future__ import annotations

import math
import random
from collections import Counter
from collections.abc import Mapping
from typing import Final

from harness.clock import Clock
from harness.errors import EnvironmentProblem, TransportError
from harness.fire.context import request_headers
from harness.fire.retry import Call, Failure, failure_of, pause_s, retry_after_s
from harness.fire.wire import Exchange, Transport, decode
from harness.judge import systemic
from harness.model import Json, Outcome, PlannedVariant, RunPlan
from harness.provider import Profile, Provider, number, pick
from harness.redact import Redactor, clean
from harness.run.settings import AccountFacts, Target
from harness.words import Told, together, told

TIMEOUT_S: Final = 30.0
LIMIT_BYTES: Final = 4 * 1024 * 1024
#: Answers that say that there is no such request, or that this key may not ask: nothing is known then.
_UNTOLD: Final = frozenset({403, 404, 405, 410, 501})
_SHOWN: Final = 12


def read_account(body: Json, profile: Profile) -> AccountFacts:
    """The facts in an account's answer, found where the profile says. Whatever is not as it should be is not told."""
    places = profile.account
    if places is None:
        return AccountFacts()
    table = pick(body, places.models_path)
    limits = {str(model): each for model, each in table.items()} if isinstance(table, Mapping) else None
    used = pick(body, places.used_path)
    used = used if isinstance(used, Mapping) else {}
    concurrent, left = {}, {}
    for model, each in (limits or {}).items():
        if (most := _whole(each, places.concurrent_key)) is not None:
            concurrent[model] = most
        if (daily := _whole(each, places.daily_key)) is not None:
            left[model] = max(daily - (_whole(used.get(model), places.used_daily_key) or 0), 0)
    return AccountFacts(
        balance=number(body, places.balance_path),
        models=None if limits is None else frozenset(limits),
        concurrent=concurrent,
        left_today=left,
    )


def judge_account(facts: AccountFacts, plan: RunPlan, *, assumed: float = 0.0) -> tuple[str, ...]:
    """What speaks against the plan, each with what to do; none: nothing that is known does.

    Expected refusals ask for no model and use no quota. `assumed` is what a variant without a known price counts.
    """
    fired = [plan.variants[index] for index in plan.order]
    counts = Counter(model for item in fired if (model := model_of(item)) is not None)
    found: list[str] = []
    cost = plan.credits + assumed * sum(item.credits is None for item in fired)
    if facts.balance is not None and cost > facts.balance:
        found.append(told("account.credits", balance=f"{facts.balance:,.10g}", cost=f"{cost:,.10g}"))
    for model, count in counts.items():
        shown = clean(model, 80)
        if facts.models is not None and model not in facts.models:
            known = sorted(clean(name, 80) for name in facts.models)
            more = f", +{len(known) - _SHOWN}" if len(known) > _SHOWN else ""
            models = ", ".join(known[:_SHOWN]) + more if known else told("usage.none")
            found.append(told("account.model", model=shown, count=count, models=models))
        elif facts.concurrent.get(model) == 0:
            found.append(told("account.concurrent", model=shown, count=count))
        elif count > facts.left_today.get(model, count):
            key = "account.today.one" if count == 1 else "account.today"
            found.append(told(key, model=shown, count=f"{count:,}", left=f"{facts.left_today[model]:,}"))
    return tuple(found)


def at_once(facts: AccountFacts, plan: RunPlan) -> int | None:
    """How many tasks of the plan the account runs at once, its models taken together; None when that is not known.

    More than that would only wait at the provider, and be asked for in vain.
    """
    fired = [plan.variants[index] for index in plan.order]
    models = {model_of(item) for item in fired if item.variant.expect.kind != "rejected"}
    if not models or not models <= facts.concurrent.keys():
        return None
    return sum(facts.concurrent[model] for model in models if model is not None)


def model_of(item: PlannedVariant) -> str | None:
    """The model that a variant will really use; None for an expected refusal, and where the payload names none."""
    model = item.variant.payload.get("model")
    return model if isinstance(model, str) and item.variant.expect.kind != "rejected" else None


async def preflight(
    provider: Provider, target: Target, plan: RunPlan, *, transport: Transport, clock: Clock, assumed: float = 0.0
) -> AccountFacts:
    """The account behind the key, when nothing in it speaks against the plan. One GET, sent again while it is lost.

    Raises EnvironmentProblem that says everything that does: the key, models, credits, limits, a host that cannot be
    reached or is another one. A profile without such a request tells nothing, and is asked nothing.
    """
    profile = provider.profile
    if profile.account is None:
        return AccountFacts()
    exchange = await _ask(profile, target, transport, clock)
    if exchange.status in _UNTOLD:
        return AccountFacts(unseen=exchange.status)
    # What the API says may repeat the key.
    said = Redactor([target.key]).text(clean(exchange.body[:2000].decode("utf-8", "replace"), 300)) or told(
        "fact.empty"
    )
    where = f"{profile.account.method} {profile.account.path}"
    if exchange.status >= 400:
        raise EnvironmentProblem(*_refused(provider, exchange, said, where))
    try:
        body = decode(exchange.body) if exchange.status < 300 and not exchange.truncated else None
    except ValueError:
        body = None
    if not isinstance(body, Mapping):
        raise EnvironmentProblem(
            told(
                "account.not_api",
                url=target.base_url,
                provider=profile.title,
                call=where,
                status=exchange.status,
                said=said,
            ),
            told("account.not_api.fix"),
        )
    facts = read_account(body, profile)
    if problems := judge_account(facts, plan, assumed=assumed):
        raise EnvironmentProblem(together((told("account.forbids"), *problems)))
    return facts


async def _ask(profile: Profile, target: Target, transport: Transport, clock: Clock) -> Exchange:
    """The last answer to the account's request. Raises EnvironmentProblem when there is none."""
    assert profile.account is not None
    url, rng, attempt = target.base_url + profile.account.path, random.SystemRandom(), 0
    while True:
        attempt += 1
        after_s = None
        try:
            exchange = await transport.request(
                profile.account.method,
                url,
                headers=request_headers(profile, target.key),
                timeout_s=TIMEOUT_S,
                limit_bytes=LIMIT_BYTES,
            )
        except TransportError as error:
            failure = Failure.LOST if error.sent else Failure.UNREACHED
            wait_s = pause_s(Call.READ, failure, attempt, rng)
            if wait_s is None:
                raise EnvironmentProblem(told("account.lost", text=error.text), told("account.lost.fix")) from None
        else:
            failure = failure_of(exchange.status)
            if exchange.status < 400 or failure is not Failure.BUSY:
                return exchange
            after_s = retry_after_s(exchange.headers, clock.utc())
            wait_s = pause_s(Call.READ, failure, attempt, rng, after_s=after_s)
            if wait_s is None:
                return exchange
        await clock.sleep(wait_s)


def _refused(provider: Provider, exchange: Exchange, said: str, where: str) -> tuple[str, str]:
    """The sentence and what to do for a refused question."""
    profile, status = provider.profile, exchange.status
    try:
        body = decode(exchange.body)
    except ValueError:
        body = None
    facts = Outcome(variant_id="", http_status=status, response=body, raw=said if body is None else None)
    reason = systemic(facts, provider)
    key = profile.key_env[0] if profile.key_env else told("account.key")
    fix = {
        "stop.auth": told("account.auth.fix", key=key),
        "stop.host": told("account.host.fix"),
        "stop.credits": told("account.credits.fix"),
        "stop.header": told("account.header.fix"),
    }.get(reason.key if reason is not None else "", told("account.later"))
    what = Told(reason) if reason is not None else told("account.untold", call=where)
    return told("account.refused", what=what, status=status, said=said), fix


def _whole(node: Json, key: str | None) -> int | None:
    found = number(node, key)
    return None if found is None else math.floor(found)
