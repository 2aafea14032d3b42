"""Refused payloads as people read them, in both languages, with what to send instead."""

from collections.abc import Callable
from typing import Any

import pytest

from harness import words
from harness.judge import judge
from harness.model import Asset, Finding, Json, Outcome, Variant, Verdict
from harness.provider import Provider

MakeVariant = Callable[..., Variant]
Refused = Callable[..., Outcome]
SIX = ["1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672"]
SIX_TEXT = "Invalid option: expected one of " + "|".join(f'"{value}"' for value in SIX)


def zod(*issues: dict[str, Json]) -> dict[str, Json]:
    return {"error": "Validation of body failed", "issues": list(issues), "docUrl": "https://docs.dev.runwayml.com/api"}


def issue(code: str, path: list[str | int], message: str, **more: Json) -> dict[str, Json]:
    return {"code": code, "path": path, "message": message, **more}


def told(finding: Finding, lang: str = "en") -> str:
    """All that a person reads of a finding."""
    parts = [words.say(finding.message, lang)]
    if finding.advice is not None:
        parts.append(words.say(finding.advice, lang))
    if finding.proposal is not None:
        parts.append(words.say(finding.proposal.reason, lang))
    return " ".join(parts)


WRONG_RATIO = issue("invalid_value", ["ratio"], SIX_TEXT, values=SIX)
NULL_SEED = issue("invalid_type", ["seed"], "Invalid input: expected number, received null", expected="number")
NO_IMAGE = issue(
    "invalid_union",
    ["promptImage"],
    "Invalid input",
    errors=[
        [issue("invalid_type", [], "Invalid input: expected string, received undefined", expected="string")],
        [issue("invalid_type", [], "Invalid input: expected array, received undefined", expected="array")],
    ],
)
NO_SUCH_MODEL = issue(
    "invalid_union", ["model"], "Invalid input", errors=[], note="No matching discriminator", discriminator="model"
)
WATERMARK = issue("unrecognized_keys", [], 'Unrecognized key: "watermark"', keys=["watermark"])
LONG = issue(
    "too_big", ["promptText"], "Too big: expected string to have <=1000 characters", origin="string", maximum=1000
)
GONE = object()


@pytest.mark.parametrize(
    ("change", "status", "body", "code", "english", "russian"),
    [
        pytest.param(
            {"ratio": "9:16"},
            400,
            zod(WRONG_RATIO),
            "PARAM.VALUE",
            "ratio=9:16 is refused; allowed: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672. "
            "Send ratio=720:1280: the same shape in pixels.",
            "ratio=9:16: не принимается; допустимо: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672. "
            "Отправьте ratio=720:1280: та же форма в пикселях.",
            id="aspect ratio",
        ),
        pytest.param(
            {"ratio": "720x1280"},
            400,
            zod(WRONG_RATIO),
            "PARAM.VALUE",
            "ratio=720x1280 is refused; allowed: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672. "
            "Send ratio=720:1280: the API's spelling.",
            "ratio=720x1280: не принимается; допустимо: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672. "
            "Отправьте ratio=720:1280: так это пишется у API.",
            id="an x for a colon",
        ),
        pytest.param(
            {"model": "gen4-turbo"},
            403,
            {"error": "Model variant gen4-turbo is not available"},
            "MODEL.UNKNOWN",
            "The model gen4-turbo is not available (HTTP 403). Send model=gen4_turbo: the API's spelling.",
            "Модель gen4-turbo недоступна (HTTP 403). Отправьте model=gen4_turbo: так это пишется у API.",
            id="hyphenated model, then",
        ),
        pytest.param(
            {"model": "gen4-turbo"},
            400,
            zod(NO_SUCH_MODEL),
            "MODEL.UNKNOWN",
            "The API does not know the model gen4-turbo; the contract allows: gen4.5, gen4_turbo, veo3.1, veo3.1_fast, "
            "klingO3_4k, hailuo3, kling3.0_4k, happyhorse_1_0, kling2.5_turbo_pro, kling3.0_pro, kling3.0_standard, "
            "klingO3_pro, +13. Send model=gen4_turbo: the API's spelling.",
            "API не знает модели gen4-turbo; контракт допускает: gen4.5, gen4_turbo, veo3.1, veo3.1_fast, "
            "klingO3_4k, hailuo3, kling3.0_4k, happyhorse_1_0, kling2.5_turbo_pro, kling3.0_pro, kling3.0_standard, "
            "klingO3_pro, +13. Отправьте model=gen4_turbo: так это пишется у API.",
            id="hyphenated model, now",
        ),
        pytest.param(
            {"model": "gen4.5"},
            403,
            {"error": "Model variant gen4.5 is not available"},
            "MODEL.FORBIDDEN",
            "The model gen4.5 is not available to this account (HTTP 403). "
            "Ask for a model that the account may use, or have this one enabled.",
            "Модель gen4.5 недоступна этому аккаунту (HTTP 403). "
            "Возьмите модель, доступную аккаунту, или попросите открыть эту.",
            id="a model of another tier",
        ),
        pytest.param(
            {"seed": None},
            400,
            zod(NULL_SEED),
            "PARAM.NULL",
            "seed=null is refused; expected: a number. Leave seed out: it is optional, and null is no value.",
            "seed=null: не принимается; ожидается: число. Уберите seed: поле необязательное, а null не значение.",
            id="null seed",
        ),
        pytest.param(
            {"promptImage": GONE},
            400,
            zod(NO_IMAGE),
            "PARAM.MISSING",
            "promptImage is missing. Add promptImage: a text or a list.",
            "Не хватает promptImage. Добавьте promptImage: текст или список.",
            id="missing image",
        ),
        pytest.param(
            {"ratio": GONE},
            400,
            zod(WRONG_RATIO),
            "PARAM.MISSING",
            "ratio is missing; allowed: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672. "
            "Send ratio=1104:832: the smallest allowed value.",
            "Не хватает ratio; допустимо: 1280:720, 720:1280, 1104:832, 832:1104, 960:960, 1584:672. "
            "Отправьте ratio=1104:832: наименьшее допустимое значение.",
            id="missing ratio",
        ),
        pytest.param(
            {"watermark": False},
            400,
            zod(WATERMARK),
            "PARAM.UNKNOWN",
            "The API does not know watermark. Leave watermark out.",
            "API не знает поля watermark. Уберите watermark.",
            id="watermark",
        ),
        pytest.param(
            {"sed": 5},
            400,
            zod(issue("unrecognized_keys", [], 'Unrecognized key: "sed"', keys=["sed"])),
            "PARAM.UNKNOWN",
            "The API does not know sed. Leave sed out. Or did you mean seed?",
            "API не знает поля sed. Уберите sed. Или вы имели в виду seed?",
            id="mistyped key",
        ),
        pytest.param(
            {"contentModeration": {"publicFigureTreshold": "low"}},
            400,
            zod(
                issue("unrecognized_keys", ["contentModeration"], "Unrecognized key", keys=["publicFigureTreshold"]),
            ),
            "PARAM.UNKNOWN",
            "The API does not know contentModeration.publicFigureTreshold. Leave "
            "contentModeration.publicFigureTreshold out. Or did you mean contentModeration.publicFigureThreshold?",
            "API не знает поля contentModeration.publicFigureTreshold. Уберите contentModeration.publicFigureTreshold. "
            "Или вы имели в виду contentModeration.publicFigureThreshold?",
            id="mistyped key inside",
        ),
        pytest.param(
            {"duration": 11},
            400,
            zod(issue("too_big", ["duration"], "Too big: expected number to be <=10", origin="number", maximum=10)),
            "PARAM.RANGE",
            "duration=11 is out of range: 2 to 10. Send duration=10: the limit.",
            "duration=11: вне допустимых границ: от 2 до 10. Отправьте duration=10: граница допустимого.",
            id="too long a video",
        ),
        pytest.param(
            {"duration": "5"},
            400,
            zod(issue("invalid_type", ["duration"], "Invalid input: expected number, received string")),
            "PARAM.TYPE",
            'duration="5" has the wrong type; expected: a number. Send duration=5: without quotes.',
            'duration="5": неверный тип; ожидается: число. Отправьте duration=5: без кавычек.',
            id="number in quotes",
        ),
        pytest.param(
            {"promptText": "x" * 999 + "😀"},
            400,
            zod(LONG),
            "PARAM.LENGTH",
            "promptText is too long: 1001 characters, at most 1000. Cut promptText to 1000 characters (UTF-16 units).",
            "promptText: слишком длинно: 1001 знак, не больше 1000. Сократите promptText до 1000 знаков "
            "(единиц UTF-16).",
            id="a prompt that is one emoji too long",
        ),
        pytest.param(
            {},
            400,
            zod(issue("custom", ["promptImage"], "Asset size exceeds 16.0MB")),
            "ASSET.SIZE",
            "promptImage is too big. Send a smaller file: lower max_kb, or give a URL.",
            "promptImage: слишком большой файл. Отправьте файл поменьше: уменьшите max_kb или дайте URL.",
            id="too big a file",
        ),
        pytest.param(
            {},
            400,
            {"error": "Something is wrong."},
            "PARAM.UNCLEAR",
            "The API refused the request (HTTP 400) and named no field. Read what the API said.",
            "API отклонил запрос (HTTP 400) и не назвал поля. Прочтите, что ответил API.",
            id="no field named",
        ),
        pytest.param(
            {},
            400,
            zod(issue("custom", ["ratio"], "Not with this image")),
            "PARAM.VALUE",
            "ratio=720:1280 is refused, although the contract 2026-11-22 allows it. "
            "Try it with the rest of the baseline: either the API has changed, or it dislikes the combination.",
            "ratio=720:1280: не принимается, хотя контракт 2026-11-22 это допускает. "
            "Попробуйте с остальными значениями из baseline: или API изменился, или ему не подходит сочетание.",
            id="refused although the contract allows it",
        ),
    ],
)
def test_one_line_that_says_what_to_do(
    *,
    change: dict[str, Any],
    status: int,
    body: Json,
    code: str,
    english: str,
    russian: str,
    runway: Provider,
    variant: MakeVariant,
    refused: Refused,
    good: dict[str, Any],
) -> None:
    payload = {name: value for name, value in {**good, **change}.items() if value is not GONE}

    judgement = judge(variant(payload), refused(status, body), runway)

    assert judgement.verdict is Verdict.FAIL
    assert [finding.code for finding in judgement.findings] == [code]
    assert told(judgement.findings[0]) == english
    assert told(judgement.findings[0], "ru") == russian


def test_every_issue_of_a_body_is_a_finding_and_quotes_the_api(
    runway: Provider, variant: MakeVariant, refused: Refused, good: dict[str, Any]
) -> None:
    payload = {**good, "ratio": "9:16", "seed": None, "watermark": False}

    judgement = judge(variant(payload), refused(400, zod(WRONG_RATIO, NULL_SEED, WATERMARK)), runway)

    assert [(finding.code, finding.field, finding.said) for finding in judgement.findings] == [
        ("PARAM.VALUE", "ratio", SIX_TEXT),
        ("PARAM.NULL", "seed", "Invalid input: expected number, received null"),
        ("PARAM.UNKNOWN", "watermark", 'Unrecognized key: "watermark"'),
    ]
    proposals = [finding.proposal for finding in judgement.findings if finding.proposal is not None]
    assert [(proposal.field, proposal.remove, proposal.value) for proposal in proposals] == [
        ("ratio", False, "720:1280"),
        ("seed", True, None),
        ("watermark", True, None),
    ]


@pytest.mark.parametrize(
    ("error", "change", "english"),
    [
        (
            "`ratio` must be one of: 1280:720, 720:1280",
            {"ratio": "9:16"},
            "ratio=9:16 is refused; allowed: 1280:720, 720:1280. Send ratio=720:1280: the same shape in pixels.",
        ),
        (
            "promptImage: String must contain at most 20 character(s)",
            {"promptImage": "https://files.example/cat.jpg"},
            "promptImage is too long: 29 characters, at most 20. Cut promptImage to 20 characters (UTF-16 units).",
        ),
    ],
)
def test_the_plain_sentences_of_2025(
    error: str,
    change: dict[str, Any],
    english: str,
    *,
    runway_2025: Provider,
    variant: MakeVariant,
    refused: Refused,
    good: dict[str, Any],
) -> None:
    judgement = judge(variant({**good, **change}), refused(400, {"error": error}), runway_2025)

    assert told(judgement.findings[0]) == english


def test_a_model_is_proposed_without_a_contract_when_the_api_lists_them(
    runway_alone: Provider, variant: MakeVariant, refused: Refused, good: dict[str, Any]
) -> None:
    body = {"error": 'Unknown model "gen4-turbo". Available models: gen4_turbo, gen4.5.'}

    judgement = judge(variant({**good, "model": "gen4-turbo"}), refused(400, body), runway_alone)

    assert told(judgement.findings[0]) == (
        "The API does not know the model gen4-turbo; allowed: gen4_turbo, gen4.5. "
        "Send model=gen4_turbo: the API's spelling."
    )


def test_an_asset_is_shown_by_its_digest_and_never_by_its_bytes(
    runway: Provider, variant: MakeVariant, refused: Refused, good: dict[str, Any]
) -> None:
    asset = Asset(
        label="cat.jpg",
        media_type="image/jpeg",
        data_uri=b"data:image/jpeg;base64,AAAA",
        size_bytes=2048,
        sha256="abcdef0123456789",
        declared="",
    )
    body = zod(issue("invalid_type", ["promptImage"], "Invalid input: expected array, received string"))

    judgement = judge(variant({**good, "promptImage": asset}), refused(400, body), runway)

    assert told(judgement.findings[0]) == (
        "promptImage=<image/jpeg 2.0 KB sha256:abcdef01…> has the wrong type; expected: a list. Read what the API said."
    )


def test_a_hostile_message_is_quoted_clean_and_short(runway: Provider, variant: MakeVariant, refused: Refused) -> None:
    body = {"error": "\x1b[31m`ratio`\x1b[0m\r\n\u202e" + "is wrong " * 1000}

    finding = judge(variant(), refused(400, body), runway).findings[0]

    assert finding.said is not None
    assert len(finding.said) <= 300
    assert finding.said.startswith("`ratio` is wrong is wrong")
    assert finding.said.isprintable()


def test_at_most_twenty_findings(runway: Provider, variant: MakeVariant, refused: Refused) -> None:
    issues = [issue("custom", [f"key{number}"], "Nope, not so") for number in range(60)]

    assert len(judge(variant(), refused(400, zod(*issues)), runway).findings) == 20
