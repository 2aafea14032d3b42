"""The names that a sentence says are missing: the only ones that need not have been sent."""

import pytest

from harness.model import JsonObject
from harness.refusal.messages import read


@pytest.mark.parametrize(
    ("text", "fields"),
    [
        ("Missing required fields: width, height", ["width", "height"]),
        ("'width' and 'height' are required", ["width", "height"]),
        ("param is missing or the value is empty or invalid: video", ["video"]),
        ("The prompt text field is required.", ["prompt_text"]),
        ("Prompt text can't be blank", ["prompt_text"]),
        ("Required request parameter 'prompt' for method parameter type String is not present", ["prompt"]),
        ("__init__() missing 1 required positional argument: 'prompt'", ["prompt"]),
        ("required key not provided @ data['prompt']", ["prompt"]),
        ("prompt must be a string (was missing)", ["prompt"]),
        ("* GenerateVideosRequest.prompt: must be specified", ["prompt"]),
        ('Invalid input: expected string, received undefined at "prompt"', ["prompt"]),
        ("Parameter 'prompt' is required when seed > 1", ["prompt"]),
        ("Subscription is required", []),
        ("Authentication is required.", []),
        ("This field is required.", []),
        ("Value is missing", []),
    ],
)
def test_names_in_sentences(text: str, fields: list[str]) -> None:
    issues = read(400, {"error": text}, None, payload={"seed": 1}).issues

    assert [(issue.field, issue.kind) for issue in issues if issue.field] == [(field, "missing") for field in fields]


def test_the_spelling_of_a_name_in_words_is_that_of_the_names_that_were_sent() -> None:
    issues = read(400, {"error": "The prompt text field is required."}, None, payload={"modelName": "x"}).issues

    assert [issue.field for issue in issues] == ["promptText"]


@pytest.mark.parametrize(
    ("body", "payload", "field"),
    [
        pytest.param(
            {"detail": [{"loc": ["body", "prompt"], "msg": "Field required", "type": "missing"}]},
            {"input": {"prompt": "a"}},
            "prompt",
            id="one of the same name was sent deeper",
        ),
        pytest.param({"prompt": ["This field is required."]}, {"seed": 1}, "prompt", id="a key above its sentence"),
        pytest.param(
            {"clip": {"fps": ["This field is required."]}}, {"clip": {"codec": "x"}}, "clip.fps", id="inside a field"
        ),
        pytest.param(
            {"errors": [{"name": "prompt", "reason": "missing required argument"}]}, {"seed": 1}, "prompt", id="name"
        ),
        pytest.param({"errors": [["seed", "must be below 5"]]}, {"seed": 9}, "seed", id="a pair"),
    ],
)
def test_names_in_structures(body: JsonObject, payload: JsonObject, field: str) -> None:
    assert [issue.field for issue in read(400, body, None, payload=payload).issues] == [field]
