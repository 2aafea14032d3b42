import pytest

from harness.refusal.shapes import Shape, nearest_shape, shape_of

SIX = ("1280:720", "720:1280", "1104:832", "832:1104", "960:960", "1584:672")


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("9:16", Shape(9, 16)),
        ("720x1280", Shape(720, 1280)),
        ("720 X 1280", Shape(720, 1280)),
        ("720×1280", Shape(720, 1280)),
        ("16/9", Shape(16, 9)),
        ("2.39:1", Shape(2.39, 1)),
        ("0:0", None),
        ("wide", None),
        ("1:2:3", None),
        ("", None),
        (5, None),
        (None, None),
    ],
)
def test_shapes_are_written_in_many_ways(text: object, shape: Shape | None) -> None:
    assert shape_of(text) == shape


@pytest.mark.parametrize(
    ("sent", "allowed", "nearest"),
    [
        ("9:16", SIX, ("720:1280", True)),
        ("16:9", SIX, ("1280:720", True)),
        ("4:3", SIX, ("1104:832", True)),
        ("3:4", SIX, ("832:1104", True)),
        ("1:1", SIX, ("960:960", True)),
        ("21:9", SIX, ("1584:672", True)),
        ("2:3", SIX, ("832:1104", False)),
        ("1080:1920", SIX, ("720:1280", True)),
        ("9:16", ("1080:1920", "720:1280"), ("720:1280", True)),
        ("1070:1900", ("1080:1920", "720:1280"), ("1080:1920", True)),
        ("720:1280", ("16:9", "9:16"), ("9:16", True)),
        ("1280:768", SIX, ("1280:720", False)),
        ("9:16", ("auto", 5, "720:1280"), ("720:1280", True)),
        ("9:16", ("auto", "square"), None),
        ("banana", SIX, None),
    ],
)
def test_nearest_in_shape_then_in_size(
    sent: str, allowed: tuple[object, ...], nearest: tuple[str, bool] | None
) -> None:
    assert nearest_shape(sent, allowed) == nearest
