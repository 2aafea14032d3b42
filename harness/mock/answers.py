"""The provider's own refusals, word for word: a fact, or neutral issues of the contract, in; status and body out.

The contract's `info.x-errors.style` says how validation is worded:
- `zod4` (also when none is named): every issue at once, as Zod 4 writes them (`harness.mock.zod`), and a `docUrl`.
- `flat-first`: only the first issue, one plain sentence, worded by the contract's own templates.

Without a contract nothing is validated, and a text stands where the profile says that refusals keep theirs.

What is not known of the live API, and what is taken here:

| case | taken here | what is known |
|---|---|---|
| unknown model | `invalid_value` at `model`, all ids in `values` and message | a 400 that lists the ids; not its JSON |
| `model` of a wrong type | as `{}`: `invalid_type` and `invalid_union` | the captured `{}` body |
| bad media URI | one issue: `custom`, or `invalid_format` for `Invalid URL` | the texts, not their codes |
| media type refused | `Unsupported asset type. Received "image/gif".` | how the text begins |
| upload URI unknown, expired; its file name refused | `custom` in our words | nothing |
| usage without dates | the last 30 days, today included | the text leaves today out |
| URI too long | `too_big` with the bound of its form (https, upload, data) | the bounds |
| other patterns | `invalid_format` with the pattern | what Zod says to a pattern |
| rules between fields | `custom` at the field | the texts of the two rules about frames |
| no version header | the text of a wrong one | that it is refused |
| no key | one sentence | that more text follows |
| a key without its prefix, a wrong key | 401 in our words | that the first is told so; the status |
| a router config that was not saved | 404 in our words | status and code |
| body that is not JSON, or neither object nor list | 400 `The request body is not valid JSON.` | nothing |
| no body; a body that is not called JSON | read as `{}`; as no value at all | how Express reads them |
| bytes that are not UTF-8 | read as U+FFFD | how Express reads them |
| body over the limit | 413 as JSON | the text; the real one comes from a gateway |
| the limit | the largest data URI of the contract and 1 MiB | 413 was seen at "more than 5 MB" once |
| wrong method | 405 `Method not allowed.` and `Allow` | the status |
| order of checks | route, method, key, version, size, JSON, schema | nothing |
| an output's URL that is expired or not signed | 403, CloudFront's XML | nothing |
| deleting an ended task | its outputs are gone with it | SDK: "delete the task and its output" |
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from harness.mock.bodies import put
from harness.mock.wire import Response, json_response
from harness.mock.zod import plain_number, zod_issues
from harness.model import EMPTY, Json, JsonObject
from harness.provider import ABSENT, Issue, Provider

DOC_URL: Final = "https://docs.dev.runwayml.com/api"
NO_KEY: Final = "No API key was provided."
BAD_KEY_FORM: Final = 'The API key is not valid. It must start with "{prefix}".'
BAD_KEY: Final = "The API key is not valid."
BAD_VERSION: Final = "The API version that was provided in the X-Runway-Version header is not valid."
BAD_HEADER: Final = "The value that was provided in the {name} header is not valid."
BAD_JSON: Final = "The request body is not valid JSON."
TOO_LARGE: Final = "Request Entity Too Large"
NO_TASK: Final = "Could not find Task"
BAD_METHOD: Final = "Method not allowed."
NO_CREDITS: Final = "You do not have enough credits to run this task."
QUOTA: Final = "Your daily task limit has been reached."
INVALID: Final = "Validation of body failed"
FULL: Final = "The mock holds as many unfinished tasks as it can. Wait for some, or cancel them."

_BLANK: Final = re.compile(r"\{(\w+)\}")
#: What is echoed of a value that a client sent.
_ECHO: Final = 200


class Answers:
    """How one provider words its refusals."""

    def __init__(self, provider: Provider) -> None:
        contract = provider.contract
        self._errors: JsonObject = contract.errors if contract else EMPTY
        self._message_path = provider.profile.errors.message_path
        self._flat = self._errors.get("style") == "flat-first"
        self._docs = contract is not None and not self._flat

    def plain(self, status: int, text: str, *, doc_url: bool = True) -> Response:
        """A refusal that is no validation of fields: one text, and where the provider adds one, a link."""
        body = put({}, self._message_path, text)
        if doc_url and self._docs:
            body["docUrl"] = DOC_URL
        return json_response(body, status)

    def no_route(self, method: str, path: str) -> Response:
        """What Express says of a route that does not exist."""
        shown = "".join(_HTML.get(char, char) for char in path[:2000])
        page = (
            '<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>Error</title>\n</head>\n<body>\n'
            f"<pre>Cannot {method} {shown}</pre>\n</body>\n</html>\n"
        )
        return Response(status=404, body=page.encode("utf-8", "replace"), content_type="text/html; charset=utf-8")

    def bad_method(self, allowed: Sequence[str]) -> Response:
        """A route that exists, asked in another way."""
        response = self.plain(405, BAD_METHOD)
        allow = ", ".join(allowed).encode("ascii")
        return Response(status=405, body=response.body, headers=((b"allow", allow),))

    def bad_header(self, name: str) -> Response:
        """A header that the contract fixes is missing or says something else."""
        is_version = name.lower() == "x-runway-version"
        return self.plain(400, BAD_VERSION if is_version else BAD_HEADER.format(name=name))

    def no_task(self) -> Response:
        """There is no such task, or no longer."""
        return self.plain(404, NO_TASK, doc_url=False)

    def no_body(self) -> Response:
        """Nothing came that is called JSON."""
        return self.invalid((Issue(kind="type", path=(), value=ABSENT, expected="object"),))

    def unsaved(self, facts: JsonObject) -> Response:
        """A body names something that the account must have saved, and has not; `facts` are the contract's."""
        body = put({}, self._message_path, facts["text"])
        return json_response({**body, "code": facts["code"]} if "code" in facts else body, int(facts["status"]))

    def invalid(self, issues: Sequence[Issue]) -> Response:
        """The refusal of a body with these issues (at least one)."""
        if self._flat:
            return self._first(issues[0])
        body = {"error": INVALID, "issues": zod_issues(issues)}
        return json_response({**body, "docUrl": DOC_URL} if self._docs else body, 400)

    def _first(self, issue: Issue) -> Response:
        kind: str = issue.kind
        blanks = _blanks(issue)
        if kind == "discriminator":
            unknown: JsonObject = self._errors.get("unknown_model", EMPTY)
            if isinstance(issue.value, str) and unknown:
                return self.plain(int(unknown["status"]), _fill(str(unknown["text"]), blanks))
            kind = "missing" if issue.value is ABSENT else "null" if issue.value is None else "type"
        if issue.text:
            return self.plain(400, issue.text)
        texts: Mapping[str, str] = self._errors.get("texts", EMPTY)
        template = texts.get(kind) or texts.get("default") or "`{field}` is not valid"
        return self.plain(400, _fill(template, blanks))


_HTML: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;"}


def _blanks(issue: Issue) -> Mapping[str, str]:
    return {
        "field": ".".join(str(step) for step in issue.path) or "body",
        "model": _shown(issue.value),
        "value": _shown(issue.value),
        "allowed": ", ".join(str(value) for value in issue.allowed),
        "expected": issue.expected.replace("|", " or "),
        "bound": str(plain_number(issue.bound)),
        "keys": ", ".join(issue.keys),
    }


def _shown(value: Json) -> str:
    return value[:_ECHO] if isinstance(value, str) else str(type(value).__name__)


def _fill(template: str, blanks: Mapping[str, str]) -> str:
    """The template with its {blanks} filled; what it does not know stays as it stands."""
    return _BLANK.sub(lambda found: blanks.get(found.group(1), found.group(0)), template)
