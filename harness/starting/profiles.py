"""A profile.yaml for a host that nobody knows, as far as one request (and what a HAR file holds beside it) tells."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import SplitResult, parse_qsl, quote, urlencode

from harness.model import Json
from harness.redact import clean
from harness.starting.learning import Learned, learn
from harness.starting.request import Request
from harness.starting.secrets import Secrets, is_secret_name, letters, looks_random
from harness.words import text
from harness.yamlio.blocks import block
from harness.yamlio.edit import written

#: What browsers and clients send by themselves, and what the harness sends anyway.
_BY_THEMSELVES: Final = re.compile(
    r"accept.*|content-(?:type|length|encoding)|host|origin|referer|user-agent|connection|cookie.*|dnt|priority|pragma"
    r"|cache-control|te|sec-.*|upgrade-insecure-requests|x-requested-with|:.*|postman-token|authority|expect|if-.*"
    r"|x-stainless-.*|traceparent|tracestate|baggage|sentry-trace|x-(?:request|correlation|trace)-?id",
    re.IGNORECASE,
)
_HEADER_NAME: Final = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]{1,80}")
_SCHEME: Final = re.compile(r"(?P<scheme>[A-Za-z][\w-]{0,30})\s+\S")
_VARIABLE: Final = re.compile(r"\$\{?(?P<name>[A-Z][A-Z0-9_]{2,60})\}?")
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_COMMON: Final = frozenset({"api", "www", "com", "co", "org", "net", "io", "ai", "dev", "app", "cloud", "queue", "v1"})
_VALUE_CHARS: Final = 200
_EXAMPLE: Final = {"of_key": "key: {env: [NAME_API_KEY]}", "headers": 'headers: {Authorization: "Bearer {key}"}'}


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProfile:
    """A profile to be written. `name` is the provider's, `endpoint` that of its only route; `key_env` "" without a key.

    `blanks`: names of parts of the route that look like secrets or ids → those parts.
    """

    name: str
    endpoint: str
    key_env: str
    text: str
    blanks: Mapping[str, str] = field(repr=False)
    learned: Learned


def new_profile(request: Request, secrets: Secrets, lang: str) -> NewProfile:
    """The profile of an unknown host. Comments are in this language."""
    name = provider_name(request.url)
    route, blanks = route_of(request.url)
    endpoint = slug([part for part in route.split("?")[0].split("/") if "{" not in part][-1:], "create")
    headers, key_env, left_out = _headers(request, secrets, name)
    learned = learn(request, blanks)

    def note(key: str, **params: object) -> str:
        return f"   # {text(key, lang, **params)}"

    def guess(known: object, key: str) -> str:
        return "" if known else note(key)

    poll_path = learned.poll_path or f"{route.split('?')[0].rstrip('/')}/{{id}}"
    places = {"state": learned.state or "status", "output": learned.output or "output", "failure": "error"}
    facts = {"path": poll_path, **places}
    keys = {"path": learned.poll_path, "state": learned.state, "output": learned.output, "failure": None}
    lines = [
        *(f"# {line}" for line in text("start.profile_head", lang).split("\n")),
        block({"name": name, "title": clean(request.url.hostname or name, 100), "base_url": base_url(request.url)}),
        block({"key": {"env": [key_env]}}) if key_env else f"# {text('start.profile_no_key', lang, **_EXAMPLE)}\n",
        block({"headers": headers}) if headers else "",
        *(f"# {text('start.profile_left_out', lang, names=', '.join(left_out))}\n" for _ in left_out[:1]),
        f"create: {{id: {written(learned.id or 'id')}}}{guess(learned.id, 'start.fill_id')}\n",
        "poll:\n",
        *(f"  {key}: {written(facts[key])}{guess(keys[key], f'start.fill_{key}')}\n" for key in facts),
        f"polling: {{every_s: 5, timeout_s: 600}}{note('start.fill_polling')}\n",
        "endpoints:\n",
        block({endpoint: _facts(request, route)}, indent=2),
        f"  # {text('start.fill_kind', lang)}\n",
    ]
    lines = [line if line.endswith("\n") else f"{line}\n" for line in lines if line]
    return NewProfile(
        name=name, endpoint=endpoint, key_env=key_env, text="".join(lines), blanks=blanks, learned=learned
    )


def _facts(request: Request, route: str) -> Json:
    return {"path": route} if request.method == "POST" else {"method": request.method, "path": route}


def base_url(url: SplitResult) -> str:
    """The address without path, parameters and user."""
    host = url.hostname or ""
    host = f"[{host}]" if ":" in host else host
    return f"{url.scheme}://{host}{f':{url.port}' if url.port else ''}"


def provider_name(url: SplitResult) -> str:
    """A short name for a host: acme for api.acme.example."""
    labels = [label for label in (url.hostname or "").lower().split(".") if not label.isdigit()]
    return slug([label for label in labels[:-1] if label not in _COMMON][-1:] or labels[:1], "local")


def slug(words: list[str], otherwise: str) -> str:
    """Words as one that may be the name of a file: lower case, with "_"."""
    return _SLUG.sub("_", "_".join(words).lower()).strip("_")[:60].strip("_") or otherwise


def route_of(url: SplitResult) -> tuple[str, dict[str, str]]:
    """The route without what looks like a secret or an id: that goes into blanks. Secret parameters are left out."""
    blanks: dict[str, str] = {}
    steps = []
    for step in url.path.split("/"):
        if looks_random(step) or "{" in step or "}" in step:
            blanks[f"part_{len(blanks) + 1}"] = step
            step = f"{{part_{len(blanks)}}}"  # noqa: PLW2901 - the blank stands in its place
        steps.append(quote(step, safe="%:@!$&'()*+,;=~{}"))
    kept = [
        (name, value) for name, value in parse_qsl(url.query) if not is_secret_name(name) and not looks_random(value)
    ]
    path = "/".join(steps) or "/"
    return (f"{path}?{urlencode(kept)}" if kept else path), blanks


def _headers(request: Request, secrets: Secrets, name: str) -> tuple[dict[str, str], str, list[str]]:
    """The headers to send, the variable that holds the key (empty: no key), names of headers that were left out."""
    headers: dict[str, str] = {}
    key_env = ""
    left_out = []
    for header, value in sorted(request.headers, key=lambda one: one[0].lower() != "authorization"):
        plain = _HEADER_NAME.fullmatch(header) is not None and not secrets.in_text(header)
        if not plain or _BY_THEMSELVES.fullmatch(header):
            continue
        said = _VARIABLE.search(value)
        secret = is_secret_name(header) or said is not None or looks_random(value) or secrets.in_text(value)
        if not secret and value.isprintable() and len(value) <= _VALUE_CHARS and "{" not in value:
            headers[header] = value
        elif secret and not key_env and is_secret_name(header):
            scheme = _SCHEME.match(value)
            headers[header] = f"{scheme['scheme']} {{key}}" if scheme else "{key}"
            key_env = said["name"] if said else f"{slug([name], 'api').upper()}_API_KEY"
        else:
            left_out.append(header)
    if not key_env and any(is_secret_name(parameter) for parameter, _ in parse_qsl(request.url.query)):
        headers["Authorization"] = "Bearer {key}"
        key_env = f"{slug([name], 'api').upper()}_API_KEY"
        left_out += sorted(
            letters(parameter) for parameter, _ in parse_qsl(request.url.query) if is_secret_name(parameter)
        )
    return headers, key_env, [header for header in dict.fromkeys(left_out) if header not in headers]
