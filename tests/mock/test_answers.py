"""Every exact text of a refusal that is known of the live API, as whole bodies."""

from typing import Any

import pytest

from harness.mock.answers import Answers
from harness.provider import Provider

DOC = "https://docs.dev.runwayml.com/api"
RATIOS = ["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"]
RATIO_TEXT = 'Invalid option: expected one of "1280:720"|"720:1280"|"1104:832"|"832:1104"|"960:960"|"1584:672"'
GONE = object()


def invalid(*issues: dict[str, Any]) -> dict[str, Any]:
    return {"error": "Validation of body failed", "issues": list(issues), "docUrl": DOC}


def wrong_type(field: str, expected: str, received: str, **more: Any) -> dict[str, Any]:
    message = f"Invalid input: expected {expected}, received {received}"
    return {"code": "invalid_type", "expected": expected, "path": [field], "message": message, **more}


def changed(good: dict[str, Any], changes: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in {**good, **changes}.items() if value is not GONE}


WRONG_RATIO = {"code": "invalid_value", "values": RATIOS, "path": ["ratio"], "message": RATIO_TEXT}
TURBO = [
    pytest.param({"ratio": "1280:768"}, [WRONG_RATIO], id="wrong ratio"),
    pytest.param({"ratio": "9:16"}, [WRONG_RATIO], id="aspect ratio instead of pixels"),
    pytest.param({"ratio": GONE}, [WRONG_RATIO], id="missing ratio"),
    pytest.param({"ratio": None}, [WRONG_RATIO], id="ratio null"),
    pytest.param({"seed": None}, [wrong_type("seed", "number", "null")], id="seed null"),
    pytest.param(
        {"seed": 4294967296},
        [
            {
                "code": "too_big",
                "origin": "number",
                "maximum": 4294967295,
                "inclusive": True,
                "path": ["seed"],
                "message": "Too big: expected number to be <=4294967295",
            }
        ],
        id="seed above",
    ),
    pytest.param(
        {"seed": -1},
        [
            {
                "code": "too_small",
                "origin": "number",
                "minimum": 0,
                "inclusive": True,
                "path": ["seed"],
                "message": "Too small: expected number to be >=0",
            }
        ],
        id="seed below",
    ),
    pytest.param(
        {"duration": 11},
        [
            {
                "code": "too_big",
                "origin": "number",
                "maximum": 10,
                "inclusive": True,
                "path": ["duration"],
                "message": "Too big: expected number to be <=10",
            }
        ],
        id="duration 11",
    ),
    pytest.param({"duration": 5.5}, [wrong_type("duration", "int", "number", format="safeint")], id="duration 5.5"),
    pytest.param({"duration": "5"}, [wrong_type("duration", "number", "string")], id="duration text"),
    pytest.param(
        {"promptText": "x" * 1001},
        [
            {
                "code": "too_big",
                "origin": "string",
                "maximum": 1000,
                "inclusive": True,
                "path": ["promptText"],
                "message": "Too big: expected string to have <=1000 characters",
            }
        ],
        id="prompt too long",
    ),
    pytest.param(
        {"promptText": "\U0001f600" * 501},
        [
            {
                "code": "too_big",
                "origin": "string",
                "maximum": 1000,
                "inclusive": True,
                "path": ["promptText"],
                "message": "Too big: expected string to have <=1000 characters",
            }
        ],
        id="prompt too long in UTF-16 units",
    ),
    pytest.param(
        {"promptText": ""},
        [
            {
                "code": "too_small",
                "origin": "string",
                "minimum": 1,
                "inclusive": True,
                "path": ["promptText"],
                "message": "Too small: expected string to have >=1 characters",
            }
        ],
        id="empty prompt",
    ),
    pytest.param(
        {"contentModeration": {"publicFigureThreshold": "auto", "extra": 1}},
        [
            {
                "code": "unrecognized_keys",
                "keys": ["extra"],
                "path": ["contentModeration"],
                "message": 'Unrecognized key: "extra"',
            }
        ],
        id="a closed object inside an open one",
    ),
    pytest.param(
        {"promptImage": "http://example.com/image.jpg"},
        [{"code": "custom", "path": ["promptImage"], "message": "Only HTTPS URLs are allowed."}],
        id="URL without TLS",
    ),
    pytest.param(
        {"promptImage": "nonsense"},
        [{"code": "invalid_format", "format": "url", "path": ["promptImage"], "message": "Invalid URL"}],
        id="no URL",
    ),
    pytest.param(
        {"promptImage": "data:nonsense"},
        [{"code": "custom", "path": ["promptImage"], "message": "Invalid data URI."}],
        id="no data URI",
    ),
    pytest.param(
        {"promptImage": "data:video/mp4;base64,AAAA"},
        [{"code": "custom", "path": ["promptImage"], "message": 'Unsupported asset type. Received "video/mp4".'}],
        id="a video for an image",
    ),
    pytest.param(
        {"promptImage": [{"uri": "data:text/plain,x", "position": "first"}]},
        [
            {
                "code": "custom",
                "path": ["promptImage", 0, "uri"],
                "message": 'Unsupported asset type. Received "text/plain".',
            }
        ],
        id="a bad URI in a list",
    ),
    pytest.param(
        {"promptImage": "data:image/png;base64," + "A" * 5242880},
        [
            {
                "code": "too_big",
                "origin": "string",
                "maximum": 5242880,
                "inclusive": True,
                "path": ["promptImage"],
                "message": "Too big: expected string to have <=5242880 characters",
            }
        ],
        id="data URI too long",
    ),
    pytest.param(
        {"ratio": "9:16", "duration": 1, "seed": None},
        [
            WRONG_RATIO,
            {
                "code": "too_small",
                "origin": "number",
                "minimum": 2,
                "inclusive": True,
                "path": ["duration"],
                "message": "Too small: expected number to be >=2",
            },
            wrong_type("seed", "number", "null"),
        ],
        id="all at once, in the contract's order",
    ),
]


@pytest.mark.parametrize(("changes", "issues"), TURBO)
def test_gen4_turbo_is_refused_word_for_word(
    bench: Any, good: dict[str, Any], changes: dict[str, Any], issues: list[dict[str, Any]]
) -> None:
    response = bench().create(changed(good, changes))
    assert (response.status_code, response.json()) == (400, invalid(*issues))
    assert response.headers["content-type"] == "application/json; charset=utf-8"


def test_the_empty_body_is_refused_as_captured(bench: Any) -> None:
    """Captured 2026-08-11 on text_to_speech, key for key."""
    response = bench().create({}, "text_to_speech")
    assert (response.status_code, response.json()) == (
        400,
        {
            "error": "Validation of body failed",
            "issues": [
                {
                    "expected": "string",
                    "code": "invalid_type",
                    "path": ["model"],
                    "message": "Invalid input: expected string, received undefined",
                },
                {
                    "code": "invalid_union",
                    "errors": [],
                    "note": "No matching discriminator",
                    "discriminator": "model",
                    "path": ["model"],
                    "message": "Invalid input",
                },
            ],
            "docUrl": DOC,
        },
    )


def test_an_unknown_model_gets_the_list_of_models(bench: Any, good: dict[str, Any]) -> None:
    response = bench().create({**good, "model": "gen4-turbo"})
    (issue,) = response.json()["issues"]
    assert (response.status_code, issue["code"], issue["path"]) == (400, "invalid_value", ["model"])
    assert issue["values"][:3] == ["gen4.5", "gen4_turbo", "veo3.1"]
    assert issue["message"].startswith('Invalid option: expected one of "gen4.5"|"gen4_turbo"|"veo3.1"|')
    assert len(issue["values"]) == 25


def test_a_missing_image_is_a_union(bench: Any, good: dict[str, Any]) -> None:
    response = bench().create(changed(good, {"promptImage": GONE}))
    (issue,) = response.json()["issues"]
    assert (issue["code"], issue["path"], issue["message"]) == ("invalid_union", ["promptImage"], "Invalid input")
    assert issue["errors"][1] == [
        {
            "code": "invalid_type",
            "expected": "array",
            "path": [],
            "message": "Invalid input: expected array, received undefined",
        }
    ]


def test_a_duration_of_a_closed_set(bench: Any, good: dict[str, Any]) -> None:
    response = bench().create({**good, "model": "veo3.1", "duration": 5})
    expected = {
        "code": "invalid_value",
        "values": [4, 6, 8],
        "path": ["duration"],
        "message": "Invalid option: expected one of 4|6|8",
    }
    assert response.json() == invalid(expected)


@pytest.mark.parametrize(
    ("extra", "keys", "message"),
    [
        ({"watermark": False}, ["watermark"], 'Unrecognized key: "watermark"'),
        ({"a": 1, "b": 2}, ["a", "b"], 'Unrecognized keys: "a", "b"'),
    ],
)
def test_a_strict_model_refuses_keys_it_does_not_know(
    bench: Any, extra: dict[str, Any], keys: list[str], message: str
) -> None:
    body = {"model": "seedance2", "promptImage": "https://example.com/image.jpg", **extra}
    expected = {"code": "unrecognized_keys", "keys": keys, "path": [], "message": message}
    response = bench().create(body)
    assert (response.status_code, response.json()) == (400, invalid(expected))


def test_an_open_model_drops_keys_it_does_not_know(bench: Any, good: dict[str, Any]) -> None:
    assert bench().create({**good, "watermark": False}).status_code == 200


@pytest.mark.parametrize(
    ("positions", "text"),
    [
        (["last"], "You must specify a frame in position `first`."),
        (
            ["first", "first"],
            "Duplicate position values are not allowed. Each position (`first`, `last`) may only be used once.",
        ),
    ],
)
def test_frames(bench: Any, good: dict[str, Any], positions: list[str], text: str) -> None:
    frames = [{"uri": "https://example.com/image.jpg", "position": position} for position in positions]
    response = bench().create({**good, "model": "veo3.1", "duration": 4, "promptImage": frames})
    assert response.json() == invalid({"code": "custom", "path": ["promptImage"], "message": text})


VERSION = "The API version that was provided in the X-Runway-Version header is not valid."
REFUSALS = [
    pytest.param({"Authorization": None}, 401, {"error": "No API key was provided.", "docUrl": DOC}, id="no key"),
    pytest.param(
        {"Authorization": "Bearer "}, 401, {"error": "No API key was provided.", "docUrl": DOC}, id="empty key"
    ),
    pytest.param({"Authorization": "Basic x"}, 401, {"error": "No API key was provided.", "docUrl": DOC}, id="Basic"),
    pytest.param({"X-Runway-Version": None}, 400, {"error": VERSION, "docUrl": DOC}, id="no version"),
    pytest.param({"X-Runway-Version": "2099-01-01"}, 400, {"error": VERSION, "docUrl": DOC}, id="wrong version"),
]


@pytest.mark.parametrize(("headers", "status", "body"), REFUSALS)
@pytest.mark.parametrize(
    "route", ["POST /v1/image_to_video", "GET /v1/tasks/x", "DELETE /v1/tasks/x", "GET /v1/organization"]
)
def test_headers_are_looked_at_on_every_route(
    bench: Any, route: str, headers: dict[str, str | None], status: int, body: dict[str, Any]
) -> None:
    method, path = route.split()
    response = bench().ask(method, path, headers)
    assert (response.status_code, response.json()) == (status, body)


def test_any_bearer_will_do(bench: Any, good: dict[str, Any]) -> None:
    """The official test-suite sends this one."""
    response = bench().ask("POST", "/v1/image_to_video", {"Authorization": "bearer My API Key"}, json=good)
    assert response.status_code == 200


def test_an_unknown_task(bench: Any) -> None:
    for method in ("GET", "DELETE"):
        response = bench().ask(method, "/v1/tasks/11111111-1111-4111-8111-111111111111")
        assert (response.status_code, response.json()) == (404, {"error": "Could not find Task"})


def test_an_unknown_route_is_answered_by_express(bench: Any) -> None:
    response = bench().ask("POST", "/v1/tasks/text_to_video/<b>", {"Authorization": None})
    assert (response.status_code, response.headers["content-type"]) == (404, "text/html; charset=utf-8")
    assert "<pre>Cannot POST /v1/tasks/text_to_video/&lt;b&gt;</pre>" in response.text


def test_what_a_client_wrote_is_no_html(provider: Provider) -> None:
    page = Answers(provider).no_route("GET", "/<a href='x' id=\"y\">&" + "z" * 100_000)
    assert b"/&lt;a href=&#39;x&#39; id=&quot;y&quot;&gt;&amp;zzz" in page.body
    assert len(page.body) < 5_000


@pytest.mark.parametrize(
    ("method", "path", "allow"),
    [
        ("GET", "/v1/image_to_video", "POST"),
        ("PUT", "/v1/tasks/x", "GET, DELETE"),
        ("GET", "/v1/workflows/x", "POST"),
    ],
)
def test_a_wrong_method(bench: Any, method: str, path: str, allow: str) -> None:
    response = bench().ask(method, path)
    assert (response.status_code, response.headers["allow"]) == (405, allow)
    assert response.json() == {"error": "Method not allowed.", "docUrl": DOC}


OLD = [
    pytest.param({"ratio": "9:16"}, 400, "`ratio` must be one of: " + ", ".join(RATIOS), id="ratio"),
    pytest.param({"ratio": GONE}, 400, "`ratio` is required", id="missing"),
    pytest.param({"seed": None}, 400, "`seed` must be of type integer, not null", id="seed null"),
    pytest.param({"seed": -1}, 400, "`seed` must be at least 0", id="seed below"),
    pytest.param({"duration": 7}, 400, "`duration` must be one of: 5, 10", id="duration"),
    pytest.param({"watermark": "no"}, 400, "`watermark` must be of type boolean", id="type"),
    pytest.param({"promptText": "x" * 1001}, 400, "`promptText` must be at most 1000 characters long", id="long"),
    pytest.param({"model": "gen4-turbo"}, 403, "Model variant gen4-turbo is not available", id="model"),
    pytest.param({"model": GONE}, 400, "`model` is required", id="no model"),
    pytest.param({"model": 5}, 400, "`model` must be of type string", id="model 5"),
    pytest.param({"promptImage": "runway://x" * 3}, 400, "`promptImage` is not valid", id="uploads came later"),
    pytest.param({"ratio": "9:16", "seed": None}, 400, "`ratio` must be one of: " + ", ".join(RATIOS), id="one only"),
]


@pytest.mark.parametrize(("changes", "status", "text"), OLD)
def test_the_contract_of_2025_10_names_the_first_mistake(
    bench: Any, good: dict[str, Any], changes: dict[str, Any], status: int, text: str
) -> None:
    response = bench("2025-10").create(changed(good, changes))
    assert (response.status_code, response.json()) == (status, {"error": text})
