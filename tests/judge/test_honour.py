from collections.abc import Callable

import pytest

from harness import words
from harness.judge.honour import check, combine
from harness.model import MediaExpectation, Move, Output

MakeOutput = Callable[..., Output]
WANTED = MediaExpectation(width=720, height=1280, duration_s=5, tolerance_s=0.5)


def told(expected: MediaExpectation | None, *outputs: Output, lang: str = "en") -> list[tuple[str, str]]:
    return [(finding.code, words.say(finding.message, lang)) for finding in check(expected, outputs)]


@pytest.mark.parametrize(
    "measured",
    [
        {},
        {"width": 721, "height": 1279},
        {"duration_s": 5.5},
        {"duration_s": 4.5},
        {"kind": "image", "duration_s": None},
    ],
    ids=["exactly", "one pixel off", "at the upper tolerance", "at the lower tolerance", "images last no time"],
)
def test_what_was_asked_for_is_there(measured: dict[str, object], video: MakeOutput) -> None:
    assert check(WANTED, [video(**measured)]) == ()


@pytest.mark.parametrize(
    ("measured", "code", "message"),
    [
        (
            {"width": 1280, "height": 720},
            "OUTPUT.RATIO",
            "outputs/v-1.mp4 is 1280x720 and should be 720x1280: another shape.",
        ),
        (
            {"width": 1080, "height": 1920},
            "OUTPUT.RATIO",
            "outputs/v-1.mp4 is 1080x1920 and should be 720x1280: the same shape in another size.",
        ),
        (
            {"width": None, "height": 1000},
            "OUTPUT.RATIO",
            "outputs/v-1.mp4 is ?x1000 and should be 720x1280: another shape.",
        ),
        (
            {"duration_s": 10.0417},
            "OUTPUT.DURATION",
            "outputs/v-1.mp4 lasts 10.04 s and should last 5 s (± 0.5 s).",
        ),
        (
            {"duration_s": float("inf")},
            "OUTPUT.DURATION",
            "outputs/v-1.mp4 lasts inf s and should last 5 s (± 0.5 s).",
        ),
        (
            {"problem": "moov atom not found"},
            "OUTPUT.UNREADABLE",
            "outputs/v-1.mp4 cannot be read: moov atom not found.",
        ),
        (
            {"file": None, "problem": "files.example answered 500."},
            "OUTPUT.MISSING",
            "output 1 was not downloaded: files.example answered 500.",
        ),
        (
            {"file": None, "problem": "files.example answered 403, also later", "expired": True},
            "OUTPUT.EXPIRED",
            "output 1 was not downloaded: files.example answered 403, also later.",
        ),
        ({"file": None}, "OUTPUT.MISSING", "output 1 was not downloaded: no reason was recorded."),
        (
            {"width": None, "height": None, "duration_s": None},
            "OUTPUT.UNMEASURED",
            "outputs/v-1.mp4 was downloaded but could not be measured: 720x1280, 5 s is not verified.",
        ),
    ],
)
def test_what_was_asked_for_is_not_there(
    measured: dict[str, object], code: str, message: str, video: MakeOutput
) -> None:
    assert told(WANTED, video(**measured)) == [(code, message)]


@pytest.mark.parametrize(
    ("kind", "got", "message"),
    [
        ("video", "image", "outputs/v-1.mp4 is a picture, and this endpoint makes videos."),
        ("image", "video", "outputs/v-1.mp4 is a video, and this endpoint makes pictures."),
        ("audio", "video", "outputs/v-1.mp4 is a video, and this endpoint makes sounds."),
    ],
)
@pytest.mark.parametrize("wanted", [None, WANTED], ids=["nothing stated", "size stated"])
def test_another_kind_of_thing_is_told_once(
    wanted: MediaExpectation | None, kind: str, got: str, message: str, video: MakeOutput
) -> None:
    found = check(wanted, [video(kind=got, width=1, height=1)], kind=kind)

    assert [(item.code, words.say(item.message)) for item in found] == [("OUTPUT.KIND", message)]
    assert words.say(found[0].message, "ru").startswith("outputs/v-1.mp4: ")


def test_the_right_kind_and_an_unknown_one_are_let_be(video: MakeOutput) -> None:
    assert check(WANTED, [video()], kind="video") == ()
    assert check(WANTED, [video()], kind=None) == ()
    assert check(WANTED, [video(kind=None)], kind="video") == ()


def test_a_page_is_never_an_output(video: MakeOutput) -> None:
    page = video(kind="video", width=None, height=None, duration_s=None, problem="no media file: HTML, 90 bytes")

    assert [item.code for item in check(None, [page], kind="video")] == ["OUTPUT.UNREADABLE"]


def test_a_file_that_nobody_could_look_into_is_not_held_against_the_api(video: MakeOutput) -> None:
    heic = video(kind="image", width=None, height=None, problem="not inspected: HEIC pictures cannot be decoded here")

    assert told(WANTED, heic) == [
        (
            "OUTPUT.UNMEASURED",
            f"outputs/v-1.mp4 was downloaded, and nobody looked into it: {heic.problem}.",
        )
    ]
    assert check(WANTED, [heic])[0].warning
    assert [item.code for item in check(None, [heic], kind="video")] == ["OUTPUT.KIND"]


@pytest.mark.parametrize(
    ("aspect", "size", "message"),
    [
        (16 / 9, (1344, 768), None),
        (16 / 9, (1280, 720), None),
        (9 / 16, (1280, 720), "outputs/v-1.mp4 is 1280x720 (16:9) and should be 9:16."),
        (1.85, (720, 1280), "outputs/v-1.mp4 is 720x1280 (9:16) and should be 37:20."),
        (64 / 27, (1000, 424), None),
        (1.0, (1021, 1000), "outputs/v-1.mp4 is 1021x1000 (1.02:1) and should be 1:1."),
    ],
)
def test_a_shape_is_judged_within_two_percent(
    aspect: float, size: tuple[int, int], message: str | None, video: MakeOutput
) -> None:
    found = told(MediaExpectation(aspect=aspect), video(width=size[0], height=size[1]))

    assert found == ([] if message is None else [("OUTPUT.RATIO", message)])


def test_a_shape_that_could_not_be_measured(video: MakeOutput) -> None:
    assert told(MediaExpectation(aspect=16 / 9), video(width=None, height=None)) == [
        (
            "OUTPUT.UNMEASURED",
            "outputs/v-1.mp4 was downloaded but could not be measured: 16:9 is not verified.",
        )
    ]


def test_a_stated_size_is_meant_to_the_pixel(video: MakeOutput) -> None:
    wanted = MediaExpectation(width=721)

    assert check(wanted, [video()]) == ()
    assert [item.code for item in check(wanted, [video()], exact=True)] == ["OUTPUT.RATIO"]
    assert check(WANTED, [video()], exact=True) == ()


def test_both_at_once_and_every_file(video: MakeOutput) -> None:
    wrong = video(width=1280, height=720, duration_s=1.0)

    assert [code for code, _ in told(WANTED, video(), wrong, video(file=None))] == [
        "OUTPUT.RATIO",
        "OUTPUT.DURATION",
        "OUTPUT.MISSING",
    ]


def test_nothing_is_claimed_of_what_was_not_stated(video: MakeOutput) -> None:
    assert check(None, [video(width=1, height=1, duration_s=99.0)]) == ()
    assert check(MediaExpectation(), [video(width=None, duration_s=None)]) == ()
    assert check(MediaExpectation(height=1280), [video(width=5)]) == ()


def test_what_cannot_be_opened_is_told_even_when_nothing_was_stated(video: MakeOutput) -> None:
    assert [code for code, _ in told(None, video(problem="cut off"), video(file=None))] == [
        "OUTPUT.UNREADABLE",
        "OUTPUT.MISSING",
    ]


def test_the_tolerance_is_half_a_second_when_nobody_says(video: MakeOutput) -> None:
    wanted = MediaExpectation(duration_s=5)

    assert check(wanted, [video(duration_s=5.5)]) == ()
    assert [code for code, _ in told(wanted, video(duration_s=5.51))] == ["OUTPUT.DURATION"]
    assert check(MediaExpectation(duration_s=5, tolerance_s=2), [video(duration_s=6.9)]) == ()


def test_a_file_s_name_and_problem_are_clean(video: MakeOutput) -> None:
    found = told(WANTED, video(file="a\x1b[31m\n.mp4", problem="bad\x07 " + "x" * 1000))

    assert len(found[0][1]) < 400
    assert found[0][1].isprintable()


def test_in_russian_and_whose_move(video: MakeOutput) -> None:
    assert told(WANTED, video(width=1280, height=720), lang="ru") == [
        ("OUTPUT.RATIO", "outputs/v-1.mp4: 1280x720 вместо 720x1280: другие пропорции.")
    ]
    assert check(WANTED, [video(width=1280)])[0].move is Move.PROVIDERS


@pytest.mark.parametrize(
    ("stated", "derived", "expected"),
    [
        (None, None, None),
        (None, WANTED, WANTED),
        (WANTED, None, WANTED),
        (
            MediaExpectation(duration_s=9),
            WANTED,
            MediaExpectation(width=720, height=1280, duration_s=9, tolerance_s=0.5),
        ),
        (MediaExpectation(width=10), WANTED, MediaExpectation(width=10, duration_s=5, tolerance_s=0.5)),
        (MediaExpectation(width=10), MediaExpectation(aspect=2.0), MediaExpectation(width=10)),
        (MediaExpectation(duration_s=9), MediaExpectation(aspect=2.0), MediaExpectation(aspect=2.0, duration_s=9)),
        (
            MediaExpectation(tolerance_s=2),
            WANTED,
            MediaExpectation(width=720, height=1280, duration_s=5, tolerance_s=2),
        ),
    ],
    ids=["neither", "derived", "stated", "own duration", "own size", "size over shape", "shape stays", "own tolerance"],
)
def test_the_scenario_s_word_comes_before_what_follows_from_the_payload(
    stated: MediaExpectation | None, derived: MediaExpectation | None, expected: MediaExpectation | None
) -> None:
    assert combine(stated, derived) == expected
