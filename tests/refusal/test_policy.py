"""How far prose names a field: less in answers about content rules, limits, accounts and syntax."""

import pytest

from harness.model import JsonObject
from harness.refusal.messages import read

SENT: JsonObject = {
    "prompt": "a fox", "prompt_text": "a fox", "model": "gen4", "limit": 5, "image": "https://x.test/a.png", "quota": 3,
}  # fmt: skip


@pytest.mark.parametrize(
    ("status", "text"),
    [
        pytest.param(400, "Your prompt was flagged by our safety system.", id="content rules"),
        pytest.param(400, "The request was blocked. Your prompt text may be harmful. Change the prompt.", id="whole"),
        pytest.param(400, "Rate limit exceeded: the limit is 10 requests a minute.", id="limits"),
        pytest.param(400, "Your quota is used up, upgrade your plan.", id="plan"),
        pytest.param(429, "Rate limit reached for gen4. prompt: too many.", id="429"),
        pytest.param(503, "The model is overloaded.", id="503"),
        pytest.param(401, "prompt is required", id="401"),
        pytest.param(400, 'Unexpected token "prompt" in JSON at position 3', id="syntax"),
    ],
)
def test_prose_that_is_not_about_the_payload_names_no_field(status: int, text: str) -> None:
    assert [issue.field for issue in read(status, {"error": text}, None, payload=SENT).issues if issue.field] == []


@pytest.mark.parametrize(
    ("status", "text", "field"),
    [
        (400, "`prompt` was flagged by our safety system.", "prompt"),
        (400, "prompt: violates our content policy", "prompt"),
        (400, "prompt_text violates our content policy", "prompt_text"),
        (404, "The model `gen4` does not exist.", "model"),
        (403, "Model gen4 is not available.", "model"),
    ],
)
def test_a_form_that_names_a_field_names_it_there_too(status: int, text: str, field: str) -> None:
    assert [issue.field for issue in read(status, {"error": text}, None, payload=SENT).issues] == [field]


def test_an_answer_about_the_account_points_at_no_field_that_nobody_sent() -> None:
    body = {"errors": [{"field": "Authorization", "message": "Token is required"}]}

    assert [issue.field for issue in read(401, body, None, payload=SENT).issues if issue.field] == []
    assert [issue.field for issue in read(400, body, None, payload=SENT).issues] == ["authorization"]
