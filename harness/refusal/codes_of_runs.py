"""Finding codes of what follows a request: the provider, the network, the expectation, ourselves."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from harness.model import Move
from harness.refusal import codes_of_tasks
from harness.refusal.code import Code

_YOURS, _PROVIDERS, _OURS = Move.YOURS, Move.PROVIDERS, Move.OURS

_PROVIDER: Final[Mapping[str, Code]] = {
    "PROVIDER.5XX": Code(
        _PROVIDERS,
        "The API has a fault or is overloaded. Whether a task was created is not known.",
        "HTTP 500 to 599 after all attempts.",
        "Look at the account for a task that nobody follows; run again later.",
        "503 with an HTML page.",
    ),
    "PROVIDER.BUSY": Code(
        _PROVIDERS,
        "The API answered that it cannot take the request now.",
        "HTTP 408, 409, 423 or 425.",
        "Run again later.",
        "409 Conflict.",
    ),
    "PROVIDER.BODY": Code(
        _PROVIDERS,
        "The answer cannot be used: no JSON, no id, or no outputs of a task that succeeded.",
        "A 200 with HTML, with an id that is no text, or SUCCEEDED with an empty list.",
        "Look at the account: a task may have been created. Check that the base URL is the API's.",
        'A 200 with {"status": "ok"}.',
    ),
}

_REST: Final[Mapping[str, Code]] = {
    "NETWORK": Code(
        _YOURS,
        "No answer came: the host was not found, refused the connection, broke it off, or took too long.",
        "The transport failed. When the request had already left, a task may have been created.",
        "Check the network and the base URL. Look at the account before firing a create again.",
        "NETWORK.REFUSED: nobody listens at that port.",
    ),
    "NETWORK.DNS": Code(
        _YOURS,
        "There is no such host, or no name server to ask. Nothing was sent.",
        "The name could not be resolved. Stops the run.",
        "Check the network, and --base-url for a slip of the pen.",
        "https://api.dev.runwayml.con",
    ),
    "NETWORK.REFUSED": Code(
        _YOURS,
        "The host cannot be reached. Nothing was sent.",
        "The connection was refused, by the host or by a proxy. Stops the run.",
        "Start the server, or check the port and the proxy.",
        "--base-url http://127.0.0.1:9 with nobody there.",
    ),
    "NETWORK.TLS": Code(
        _YOURS,
        "The host offers no connection that can be trusted. Nothing was sent.",
        "The certificate was not accepted. Stops the run.",
        "Check the clock, the certificate and any proxy in between.",
        "A certificate that has expired.",
    ),
    "NETWORK.TIMEOUT": Code(
        _PROVIDERS,
        "No answer came in time. A create may have been accepted all the same.",
        "The time limit of one request was over.",
        "Look at the account before firing it again.",
        "A create whose answer was lost.",
    ),
    "NETWORK.RESET": Code(
        _PROVIDERS,
        "The connection was closed before the answer was complete. A create may have been accepted all the same.",
        "The host or something between closed the connection.",
        "Look at the account before firing it again.",
        "A gateway that was restarted.",
    ),
    "NETWORK.PROTOCOL": Code(
        _PROVIDERS,
        "What came back is no HTTP that can be read, or the address is none.",
        "The HTTP client could not make sense of it.",
        "Check --base-url: does an HTTP API answer there?",
        "https:// to a port that speaks plain HTTP.",
    ),
    "NETWORK.INTERRUPTED": Code(
        _YOURS,
        "The run was interrupted while the create was on its way. It may have been accepted all the same.",
        "Ctrl-C, or a signal, before the answer came.",
        "Look at the account before firing it again.",
        "SIGINT between a request and its answer.",
    ),
    "EXPECT.ACCEPTED": Code(
        _PROVIDERS,
        "The scenario expects a refusal, and the API accepted the payload. The task was paid for.",
        "`expect: rejected`, and an id came back.",
        "Find out what changed: perhaps the value is allowed now. Correct the scenario.",
        "seed=null is suddenly taken.",
    ),
    "EXPECT.STATUS": Code(
        _YOURS,
        "Refused, but with another HTTP status than expected.",
        "`expect: {rejected: {status: …}}`",
        "Correct the scenario, or find out what changed.",
        "403 was expected, 400 came.",
    ),
    "EXPECT.FIELD": Code(
        _YOURS,
        "Refused for another field than expected, for one that the variant does not change, or without naming one.",
        "`expect: {rejected: {field: …}}`, or `expect: rejected` and what the variant changes of the baseline.",
        "One wrong value hides another: make the rest of the payload valid.",
        "ratio was expected, promptImage was refused.",
    ),
    "EXPECT.MESSAGE": Code(
        _YOURS,
        "Refused, but the message has not the expected words.",
        "`expect: {rejected: {message: …}}`, a part of the text, without case.",
        "Correct the scenario, or find out what changed.",
        '"must be one of" was expected.',
    ),
    "EXPECT.CODE": Code(
        _YOURS,
        "Refused or failed, but with another code than expected.",
        "`expect: {rejected: {code: …}}` or `{failed: {code: …}}`, a glob on finding codes and the provider's own.",
        "Correct the scenario, or find out what changed.",
        "SAFETY.* was expected, INTERNAL came.",
    ),
    "EXPECT.REFUSED": Code(
        _YOURS,
        "The task was expected to be accepted and to fail, and the API refused it at once.",
        "`expect: {failed: …}`, and a 4xx.",
        "Make the payload valid, or expect `rejected`.",
        "A moderated prompt beside a wrong ratio.",
    ),
    "EXPECT.SUCCEEDED": Code(
        _YOURS,
        "The task was expected to fail, and it succeeded.",
        "`expect: {failed: …}`, and state SUCCEEDED.",
        "Correct the scenario, or find out what changed.",
        "Moderation lets the prompt through now.",
    ),
    "EXPECT.UNSEEN": Code(
        _YOURS,
        "The task was expected to fail, but the run did not follow it to its end.",
        "`expect: {failed: …}` with --until accepted.",
        "Run it with --until finished.",
        "--until accepted",
    ),
    "DRIFT": Code(
        _PROVIDERS,
        "The API refuses a payload that it accepted in the last run of the same scenario against the same target.",
        "A variant with the same id has a task in that run's report, and a refusal now.",
        "See the provider's changelog, or ask its support; then correct the scenario or the product.",
        "gen3a_turbo worked yesterday and is not available today.",
    ),
    "UNDOCUMENTED": Code(
        _YOURS,
        "The API accepted a key that the contract does not have: it may be ignored. A warning.",
        "The payload was accepted, and the contract does not know the key.",
        "Leave the key out, or do not rely on it.",
        "watermark on gen4_turbo.",
    ),
    "DEPRECATED": Code(
        _YOURS,
        "The API still accepts a key or a value that is on its way out. A warning.",
        "The contract marks it as deprecated.",
        "Send what replaces it.",
        "resolution=768P instead of 768p.",
    ),
    "SLOW": Code(
        _PROVIDERS,
        "The task took more than half of the time that tasks are given. A warning.",
        "The time from the create to the end, against the profile's limit.",
        "Raise --task-timeout before it turns into a TASK.TIMEOUT.",
        "400 s of 600 s.",
    ),
    "OURS.BUG": Code(
        _OURS,
        "The harness itself failed on this variant. The others are not affected.",
        "An exception in our own code; the run ends with exit code 3.",
        "Report it with the run's events.jsonl.",
        "error 💥",
    ),
    "OURS.JOURNAL": Code(
        _YOURS,
        "The journal could not be written. Without it nothing more may be sent, so the run stops.",
        "A disk that is full, or a folder that may not be written.",
        "Make room, or choose another folder with --reports.",
        "No space left on device.",
    ),
}

CODES: Final[Mapping[str, Code]] = {**_PROVIDER, **codes_of_tasks.CODES, **_REST}
