import pytest

from harness.refusal.causes import Failure, cause_of, failure_of, issue_code
from harness.refusal.records import IssueKind, Refusal, RefusalIssue


@pytest.mark.parametrize(
    ("status", "text", "code"),
    [
        (401, "No API key was provided. Pass it as Bearer.", "AUTH.MISSING"),
        (401, "Incorrect hostname for API key", "AUTH.HOST"),
        (401, "The API key is not valid.", "AUTH.REFUSED"),
        (401, "", "AUTH.REFUSED"),
        (402, "", "CREDIT.EMPTY"),
        (400, "You do not have enough credits to run this task.", "CREDIT.EMPTY"),
        (403, "Insufficient balance", "CREDIT.EMPTY"),
        (403, "Nope.", "AUTH.FORBIDDEN"),
        (429, "Your daily task limit has been reached.", "QUOTA.DAILY"),
        (429, "Too many requests", "QUOTA.RATE"),
        (404, "Cannot POST /v1/tasks/text_to_video", "REQUEST.ROUTE"),
        (405, "Method not allowed", "REQUEST.ROUTE"),
        (400, "The API version that was provided in the X-Runway-Version header is not valid.", "REQUEST.HEADER"),
        (400, "X-Runway-On-Behalf-Of is needed", "REQUEST.HEADER"),
        (413, "Request Entity Too Large", "ASSET.SIZE"),
        (408, "", "PROVIDER.BUSY"),
        (409, "Conflict", "PROVIDER.BUSY"),
        (425, "", "PROVIDER.BUSY"),
        (500, "", "PROVIDER.5XX"),
        (503, "Overloaded", "PROVIDER.5XX"),
        (400, "Validation of body failed", None),
        (400, "", None),
        (422, "Nope.", None),
        (400, 'Unsupported Content-Type response header: "binary/octet-stream".', None),
    ],
)
def test_what_an_answer_without_a_field_means(status: int, text: str, code: str | None) -> None:
    assert cause_of(Refusal(status=status, text=text)) == code


@pytest.mark.parametrize("status", [400, 403, 404, 413, 422])
def test_an_answer_that_names_a_field_refuses_the_payload(status: int) -> None:
    issue = RefusalIssue(field="model", kind="forbidden", text="Model variant x is not available")

    assert cause_of(Refusal(status=status, text=issue.text, issues=(issue,))) is None


@pytest.mark.parametrize("status", [401, 429, 500])
def test_a_status_that_is_never_about_a_field_stays_what_it_is(status: int) -> None:
    issue = RefusalIssue(field="model", kind="other", text="model")

    assert cause_of(Refusal(status=status, text="model", issues=(issue,))) is not None


@pytest.mark.parametrize(
    ("field", "kind", "text", "status", "code"),
    [
        ("ratio", "enum", "", 400, "PARAM.VALUE"),
        ("ratio", "missing", "", 400, "PARAM.MISSING"),
        ("seed", "null", "", 400, "PARAM.NULL"),
        ("seed", "type", "", 400, "PARAM.TYPE"),
        ("seed", "minimum", "", 400, "PARAM.RANGE"),
        ("seed", "maximum", "", 400, "PARAM.RANGE"),
        ("promptText", "too_long", "", 400, "PARAM.LENGTH"),
        ("promptText", "too_short", "", 400, "PARAM.LENGTH"),
        ("watermark", "unknown_key", "", 400, "PARAM.UNKNOWN"),
        ("audio", "forbidden", "", 400, "PARAM.COMBINATION"),
        ("promptImage", "union", "", 400, "PARAM.VALUE"),
        ("promptImage", "other", "", 400, "PARAM.VALUE"),
        (None, "other", "Nope.", 400, "PARAM.UNCLEAR"),
        ("model", "enum", "", 400, "MODEL.UNKNOWN"),
        ("model", "other", "", 400, "MODEL.UNKNOWN"),
        ("model", "missing", "", 400, "PARAM.MISSING"),
        ("model", "forbidden", "", 400, "MODEL.FORBIDDEN"),
        ("model", "enum", "", 403, "MODEL.FORBIDDEN"),
        ("videoUri", "other", 'Failed to fetch asset. Received HTTP response code "404".', 400, "ASSET.FETCH"),
        ("videoUri", "other", "Timeout while fetching asset.", 400, "ASSET.FETCH"),
        ("videoUri", "maximum", "Asset duration must be at most 30 seconds", 400, "ASSET.DURATION"),
        ("promptImage", "other", 'Unsupported Content-Type response header: "a/b".', 400, "ASSET.TYPE"),
        ("promptImage", "other", "Unsupported asset type. Use one of these.", 400, "ASSET.TYPE"),
        ("promptImage", "minimum", "Invalid asset aspect ratio. width / height …", 400, "ASSET.ASPECT"),
        ("promptImage", "other", "Asset size exceeds 16.0MB", 400, "ASSET.SIZE"),
        ("promptImage", "other", "Invalid data URI.", 400, "ASSET.DATA_URI"),
        ("promptImage", "other", "Invalid URL", 400, "ASSET.URL"),
        ("promptImage", "other", "Only HTTPS URLs are allowed.", 400, "ASSET.URL"),
        ("promptImage", "other", "URLs must be hosted on a domain.", 400, "ASSET.URL"),
    ],
)
def test_what_an_issue_is_called(field: str | None, kind: IssueKind, text: str, status: int, code: str) -> None:
    assert issue_code(RefusalIssue(field=field, kind=kind, text=text), status) == code


@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("SAFETY.INPUT.TEXT", Failure(code="SAFETY.INPUT.TEXT")),
        ("SAFETY.INPUT.IMAGE", Failure(code="SAFETY.INPUT.IMAGE")),
        ("SAFETY.OUTPUT.VIDEO", Failure(code="SAFETY.OUTPUT.VIDEO")),
        ("safety.output.video", Failure(code="SAFETY.OUTPUT.VIDEO")),
        ("INPUT_PREPROCESSING.SAFETY.TEXT", Failure(code="SAFETY.INPUT.TEXT")),
        ("INPUT_PREPROCESSING.SAFETY.THIRD_PARTY", Failure(code="SAFETY.INPUT.THIRD_PARTY")),
        ("INPUT_PREPROCESSING.SAFETY", Failure(code="SAFETY.INPUT")),
        ("INPUT_PREPROCESSING.INTERNAL", Failure(code="TASK.FAILED", transient=True)),
        ("INTERNAL.BAD_OUTPUT.CODE01", Failure(code="TASK.BAD_OUTPUT")),
        ("INTERNAL.BAD_OUTPUT.01", Failure(code="TASK.BAD_OUTPUT")),
        ("ASSET.INVALID", Failure(code="ASSET.INVALID")),
        ("THIRD_PARTY.UNAVAILABLE", Failure(code="TASK.FAILED", transient=True)),
        ("INTERNAL", Failure(code="TASK.FAILED", transient=True)),
        (None, Failure(code="TASK.FAILED")),
        ("", Failure(code="TASK.FAILED")),
        ("something else", Failure(code="TASK.FAILED")),
        ("SAFETY." + "X" * 5000, Failure(code="TASK.FAILED")),
        ("SAFETY.\x1b[31m", Failure(code="TASK.FAILED")),
    ],
    ids=lambda value: str(value)[:40] if isinstance(value, str) else "",
)
def test_what_a_failure_code_means(word: str | None, failure: Failure) -> None:
    assert failure_of(word) == failure
