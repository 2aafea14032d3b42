from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from harness import media
from harness.matrix import expand
from harness.model import Asset, Json

#: The `Project` of conftest.py: test folders are no packages, so its type cannot be imported.
Project: TypeAlias = Any


@pytest.fixture(autouse=True)
def no_new_modules() -> Iterator[None]:
    before = set(sys.modules)
    yield
    for name in set(sys.modules) - before:
        if name.startswith("payloads"):
            del sys.modules[name]


def picture(width: int = 64, height: int = 48) -> bytes:
    return media.make_image(width, height)


def value(project: Project, written: str, **more: Any) -> Json:
    """What `x` is when it is written so."""
    return (
        project.one(f"variants: [{{name: a, set: {{x: {written}}}}}]\n", **more)
        .variants[0]
        .payload.get("x", "left out")
    )


def mistake(project: Project, written: str, **more: Any) -> list[str]:
    """What and fix of the mistake of `x` written so."""
    lines = project.mistakes(f"variants: [{{name: a, set: {{x: {written}}}}}]\n", **more).splitlines()
    return [lines[0].split(".set.x: ", 1)[1], lines[3].strip()]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("{$text: {length: 3}}", "xxx"),
        ("{$text: {length: 3.0, char: é}}", "ééé"),
        ("{$text: {length: 4, char: 😀}}", "😀😀"),
        ("{$text: {length: 0}}", ""),
        ("{$env: NAME}", "ada"),
        ("{$env: EMPTY}", ""),
        ("{$env: NAME, default: 1}", "ada"),
        ("{$env: OTHER, default: [1, {a: b}]}", [1, {"a": "b"}]),
        ("{$env: OTHER, default: {$absent: true}}", "left out"),
        ("{$absent: true}", "left out"),
        ("{a: {$absent: true}, b: 1}", {"b": 1}),
        ("[{$text: {length: 1}}, {$env: NAME}]", ["x", "ada"]),
        ("{$$env: NAME}", {"$env": "NAME"}),
        ("{$$$a: 1, $$: 2}", {"$$a": 1, "$": 2}),
        ("null", None),
        ("{}", {}),
        ("[]", []),
    ],
)
def test_words(project: Project, written: str, expected: Json) -> None:
    assert value(project, written, env={"NAME": "ada", "EMPTY": ""}) == expected


def test_a_long_text_is_made_once(project: Project) -> None:
    text = "{$text: {length: 10000000}}"
    scenario = project.one(f"variants: [{{name: a, set: {{x: {text}}}}}, {{name: b, set: {{y: {text}}}}}]\n")
    first, second = (variant.payload for variant in scenario.variants)
    assert len(first["x"]) == 10_000_000
    assert first["x"] is second["y"]


def test_an_environment_that_is_no_text(project: Project) -> None:
    assert mistake(project, "{$env: ODD}", env={"ODD": os.fsdecode(b"\xff")}) == [
        "the environment variable ODD is no UTF-8 text.",
        "Set it to UTF-8 text.",
    ]


def test_a_file_as_a_data_uri(project: Project) -> None:
    project.write("assets/a.mp4", b"abc")
    assert value(project, "{$file: assets/a.mp4}") == Asset(
        label="a.mp4",
        media_type="video/mp4",
        data_uri=b"data:video/mp4;base64,YWJj",
        size_bytes=3,
        sha256="ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
        declared=sha256(b"file|%b|video/mp4" % sha256(b"abc").hexdigest().encode()).hexdigest(),
    )


@pytest.mark.parametrize(
    ("name", "media_type"),
    [
        ("a.JPG", "image/jpeg"),
        ("a.webp", "image/webp"),
        ("a.mov", "video/quicktime"),
        ("a.wav", "audio/wav"),
        ("a.xyz", "application/octet-stream"),
        ("none", "application/octet-stream"),
    ],
)
def test_media_types_follow_from_names(project: Project, name: str, media_type: str) -> None:
    project.write(name, b"abc")
    assert value(project, f"{{$file: {name}}}").media_type == media_type


def test_an_image_is_made_to_fit(project: Project) -> None:
    project.write("a.jpg", picture(640, 480))
    asset = value(project, "{$image: a.jpg, max_side: 64, max_kb: 2, format: webp}")
    assert isinstance(asset, Asset)
    assert (asset.label, asset.media_type) == ("a.jpg", "image/webp")
    assert asset.size_bytes <= 2048
    assert asset.data_uri.startswith(b"data:image/webp;base64,")


def test_each_picture_is_prepared_once(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    prepared = []
    original = media.fit_image

    def counted(file: Path, **more: Any) -> media.Prepared:
        prepared.append(file.name)
        return original(file, **more)

    monkeypatch.setattr(media, "fit_image", counted)
    project.write("a.jpg", picture())
    project.write("same.jpg", picture())
    project.write("sub/b.jpg", picture(32, 32))
    scenario = project.one(
        "variants:\n"
        "  - {name: a, set: {x: {$image: a.jpg}}}\n"
        "  - {name: b, set: {x: {$image: ./a.jpg}}}\n"
        "  - {name: c, set: {x: {$image: same.jpg, max_kb: 800}}}\n"
        "  - {name: d, set: {x: {$image: a.jpg, max_kb: 700}}}\n"
        "  - {name: e, set: {x: {$image: sub/b.jpg}}}\n"
        "matrix: {factors: {x: [{$image: a.jpg}, {$image: sub/b.jpg}]}}\n"
    )
    assert prepared == ["a.jpg", "a.jpg", "b.jpg"]
    first, second, third = (variant.payload["x"] for variant in scenario.variants[:3])
    assert first is second is third


def test_a_declaration_does_not_hang_on_the_encoder(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    project.write("a.jpg", picture())
    text = "variants: [{name: a, set: {x: {$image: a.jpg}}}]\n"
    first = expand(project.one(text))[0]
    other = media.Prepared(data=b"other", media_type="image/jpeg", width=1, height=1, encodes=1)
    monkeypatch.setattr(media, "fit_image", lambda *_, **__: other)
    second = expand(project.one(text))[0]
    assert first.payload["x"].sha256 != second.payload["x"].sha256
    assert first.id == second.id


@pytest.mark.parametrize(
    ("ratio", "options", "label"),
    [
        ("1280:720", "", "drawn-1024x576.jpeg"),
        ("720:1280", "", "drawn-576x1024.jpeg"),
        ("960:960", ", format: png", "drawn-1024x1024.png"),
        ("1584:672", ", max_side: 100", "drawn-100x50.jpeg"),
        ('"9:16"', "", "drawn-576x1024.jpeg"),
        ('"0:0"', "", "drawn-1024x576.jpeg"),
        ("1:99999", "", "drawn-512x1024.jpeg"),
        ("null", "", "drawn-1024x576.jpeg"),
        ("5", ", max_side: 1", "drawn-1x1.jpeg"),
    ],
)
def test_a_drawn_picture_has_the_shape_of_the_payload(project: Project, ratio: str, options: str, label: str) -> None:
    text = f"variants: [{{name: a, set: {{ratio: {ratio}, promptImage: {{$image: generated{options}}}}}}}]\n"
    (variant,) = expand(project.one(text))
    assert variant.payload["promptImage"].label == label
    assert variant.levels["promptImage"] is variant.payload["promptImage"]


def test_drawn_pictures_follow_each_row_and_are_shared(project: Project) -> None:
    head = (
        "name: test\nprovider: runway\nendpoint: image_to_video\n"
        "baseline: {model: gen4_turbo, promptImage: [{uri: {$image: generated}, position: first}], ratio: 720:1280}\n"
    )
    scenario = project.one("variants: [a]\nmatrix: {factors: {ratio: [720:1280, 1280:720]}}\n", head=head)
    variants = expand(scenario)
    pictures = [variant.payload["promptImage"][0]["uri"] for variant in variants]
    assert [asset.label for asset in pictures] == ["drawn-576x1024.jpeg", "drawn-576x1024.jpeg", "drawn-1024x576.jpeg"]
    assert pictures[0] is pictures[1]
    assert scenario.baseline["promptImage"][0]["uri"] is pictures[0]
    assert [variant.levels for variant in variants] == [{}, {}, {"ratio": "1280:720"}]


def test_a_file_of_the_name_generated(project: Project) -> None:
    project.write("generated", picture())
    assert value(project, "{$image: ./generated}").label == "generated"


def test_files_stay_inside_the_project(project: Project, tmp_path: Path) -> None:
    project.write("inner/pyproject.toml", "")
    project.write("outside.txt", "secret")
    inner = type(project)(tmp_path / "inner")
    inner.write("deep/x.txt", "x")
    (tmp_path / "inner" / "link.txt").symlink_to(tmp_path / "outside.txt")
    outside = f"lies outside of the project folder {tmp_path / 'inner'}."
    for name in ("../outside.txt", "link.txt", str(tmp_path / "outside.txt"), "deep/../../outside.txt"):
        what, fix = mistake(inner, f'{{$file: "{name}", as: text}}')
        assert what.startswith('the file "')
        assert what.endswith(outside)
        assert fix == "Move it into the project: what a scenario sends stays inside."
    assert value(inner, "{$file: deep/../deep/x.txt, as: text}") == "x"
    assert value(inner, f'{{$file: "{tmp_path}/inner/deep/x.txt", as: text}}') == "x"


def test_without_a_project_the_current_folder_is_the_bound(project: Project, tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").unlink()
    project.write("a/x.txt", "x")
    if any((parent / name).exists() for parent in tmp_path.parents for name in ("pyproject.toml", ".git")):
        pytest.skip("the temporary folder lies in a project")
    assert value(project, "{$file: a/x.txt, as: text}") == "x"
    what, _ = mistake(project, '{$file: "../x.txt", as: text}')
    assert what == f'the file "../x.txt" lies outside of the project folder {tmp_path}.'


def test_what_is_no_regular_file(project: Project, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "circle").symlink_to("circle")
    assert mistake(project, "{$file: pipe}")[0] == '"pipe" is no regular file.'
    assert mistake(project, "{$file: circle}")[0].startswith('the file "circle" cannot be read: ')
    assert mistake(project, f"{{$file: {'x' * 300}}}")[0].endswith("cannot be read: File name too long.")


def test_an_enormous_file_is_not_read(project: Project, tmp_path: Path) -> None:
    with (tmp_path / "big.bin").open("wb") as stream:
        stream.truncate(65 * 1024 * 1024)
    with (tmp_path / "big.jpg").open("wb") as stream:
        stream.truncate(161_000_000)
    assert mistake(project, "{$file: big.bin}") == [
        'the file "big.bin" has 68 MB; at most 67 MB are read.',
        "Use a smaller one.",
    ]
    assert mistake(project, "{$image: big.jpg}")[0] == 'the file "big.jpg" has 161 MB; at most 160 MB are read.'


def test_a_text_file_without_its_mark(project: Project) -> None:
    project.write("a.txt", "ä\r\n".encode("utf-8-sig"))
    assert value(project, "{$file: a.txt, as: text}") == "ä\r\n"


CODE = """
import sys

def text(): return "hello"
def nested(): return {"a": [1, 2.5, None, True], "$image": "literal"}
def raises(): raise ValueError("no\\nsuch \\x1b[31mthing")
def exits(): sys.exit(3)
def takes(argument): return argument
def tuples(): return {"a": (1, 2)}
def numbers(): return {1: 2}
def nan(): return [float("nan")]
def half(): return "\\ud800"
def huge(): return 1 << 4000
def circle():
    found = []
    found.append(found)
    return found
class Odd(Exception):
    def __str__(self): raise RuntimeError
def odd(): raise Odd
class Maker:
    @staticmethod
    def make(): return 7
constant = 3
"""


@pytest.fixture
def code(project: Project) -> Project:
    project.write("payloads.py", CODE)
    project.write("payloads_broken.py", "import no_such_module_at_all\n")
    return project


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("payloads:text", "hello"),
        ("payloads:nested", {"a": [1, 2.5, None, True], "$image": "literal"}),
        ("payloads:Maker.make", 7),
    ],
)
def test_code_of_the_user(code: Project, target: str, expected: Json) -> None:
    path = sys.path.copy()
    assert value(code, f'{{$call: "{target}"}}', allow_code=True) == expected
    assert sys.path == path


@pytest.mark.parametrize(
    ("target", "what"),
    [
        ("payloads:none", "payloads:none raised AttributeError: module 'payloads' has no attribute 'none'."),
        ("payloads:raises", "payloads:raises raised ValueError: no such thing."),
        ("payloads:exits", "payloads:exits raised SystemExit: 3."),
        ("payloads:odd", "payloads:odd raised Odd."),
        ("payloads:constant", "payloads:constant raised TypeError: 'int' object is not callable."),
        ("payloads:tuples", "payloads:tuples must give back JSON, found a tuple at result.a."),
        ("payloads:numbers", "payloads:numbers must give back JSON, found a key that is a int at result."),
        ("payloads:nan", "payloads:nan must give back JSON, found a float that JSON cannot carry at result[0]."),
        ("payloads:half", "payloads:half must give back JSON, found a str that JSON cannot carry at result."),
        ("payloads:huge", "payloads:huge must give back JSON, found a int that JSON cannot carry at result."),
        (
            "payloads_broken:x",
            "payloads_broken:x raised ModuleNotFoundError: No module named 'no_such_module_at_all'.",
        ),
    ],
)
def test_code_that_fails(code: Project, target: str, what: str) -> None:
    assert mistake(code, f'{{$call: "{target}"}}', allow_code=True)[0] == what


def test_code_that_needs_arguments(code: Project) -> None:
    what, fix = mistake(code, '{$call: "payloads:takes"}', allow_code=True)
    assert what.startswith("payloads:takes raised TypeError: takes() missing 1 required positional argument")
    assert fix == "Correct the function."


def test_code_that_gives_back_a_circle(code: Project) -> None:
    what, _ = mistake(code, '{$call: "payloads:circle"}', allow_code=True)
    assert "found more than JSON that can be sent (too deep or too big)" in what


def test_a_module_that_is_not_there(code: Project) -> None:
    found = code.mistakes('variants: [{name: a, set: {x: {$call: "payloads_none.sub:f"}}}]\n', allow_code=True)
    assert f"there is no module payloads_none in {code.folder} or among what is installed." in found


def test_the_baseline_can_be_code(code: Project) -> None:
    head = 'name: test\nprovider: runway\nendpoint: image_to_video\nbaseline: {$call: "payloads:nested"}\n'
    scenario = code.one("variants: [{name: a, set: {a.0: 5}}]\n", head=head, allow_code=True)
    assert scenario.variants[0].payload == {"a": [5, 2.5, None, True], "$image": "literal"}


def test_a_baseline_that_is_no_mapping(code: Project) -> None:
    head = 'name: test\nprovider: runway\nendpoint: image_to_video\nbaseline: {$call: "payloads:text"}\n'
    found = code.mistakes("variants: [a]\n", head=head, allow_code=True)
    assert found.splitlines()[0] == ('s0.yaml:4:11: baseline: expected a mapping, the payload, found the text "hello".')
