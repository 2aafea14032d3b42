from __future__ import annotations

import json
import os
import pathlib
from collections.abc import Callable
from typing import Any

import pytest

from harness.errors import MistakesError, UsageError
from harness.provider import NONE, load, shipped

HERE = pathlib.Path()
Write = Callable[[str, str], pathlib.Path]


def test_the_shipped_providers() -> None:
    assert shipped() == ("runway",)


@pytest.mark.parametrize(
    ("asked", "version", "known"),
    [(None, "2026-11-22", True), ("2026-11-22", "2026-11-22", True), ("2025-10", "2025-10", True), (NONE, NONE, False)],
    ids=["default", "newest", "old", "none"],
)
def test_versions(asked: str | None, version: str, *, known: bool) -> None:
    provider = load("runway", base=HERE, contract=asked)
    assert provider.contract_version == version
    assert (provider.contract is not None) == known
    assert provider.contract is None or provider.contract.version == version


def test_other_contracts_endpoints_are_known_but_not_promised() -> None:
    provider = load("runway", base=HERE, contract="2025-10")
    assert provider.contract is not None
    assert set(provider.contract.endpoints) == {"image_to_video"}
    assert len(provider.endpoints) == 26
    assert provider.endpoints["image_to_video"].models == ("gen4_turbo",)
    without = load("runway", base=HERE, contract=NONE)
    assert len(without.endpoints) == 26
    assert without.price(without.endpoints["image_to_video"], {"model": "gen4_turbo", "duration": 5}) == 25


def test_a_provider_is_read_once_while_its_files_stay() -> None:
    assert load("runway", base=HERE).contract is load("runway", base=HERE).contract
    assert load("runway", base=HERE).profile is load("runway", base=HERE, contract="2025-10").profile


UNKNOWN = [
    (("runwey", None), 'There is no provider "runwey".\n  Did you mean "runway"?'),
    (("pika", None), 'There is no provider "pika".\n  Known: "runway".'),
    (("", None), 'There is no provider "".\n  Known: "runway".'),
    (("my/profile.yaml", None), 'There is no profile "my/profile.yaml".\n  Its path is relative to the scenario file.'),
    (("a\0b.yaml", None), 'There is no profile "a\\u0000b.yaml".\n  Its path is relative to the scenario file.'),
    (
        ("runway", "2025-11"),
        (
            'The provider Runway has no contract "2025-11".\n'
            '  Did you mean "2025-10"? Known: "2026-11-22", "2025-10", "none".'
        ),
    ),
    (("runway", "x"), 'The provider Runway has no contract "x".\n  Known: "2026-11-22", "2025-10", "none".'),
]


@pytest.mark.parametrize(("asked", "message"), UNKNOWN, ids=[str(case[0]) for case in UNKNOWN])
def test_names_that_do_not_exist(asked: tuple[str, str | None], message: str, tmp_path: pathlib.Path) -> None:
    with pytest.raises(UsageError) as caught:
        load(asked[0], base=tmp_path, contract=asked[1])
    assert str(caught.value) == message


DOCUMENT: dict[str, Any] = {
    "openapi": "3.1.0",
    "info": {"title": "Mine", "version": "7"},
    "paths": {
        "/make": {
            "post": {
                "operationId": "make",
                "x-output": "video",
                "requestBody": {
                    "content": {
                        "application/json": {
                            "schema": {"type": "object", "properties": {"seconds": {"type": "integer", "maximum": 9}}}
                        }
                    }
                },
            }
        }
    },
}
PROFILE = """name: mine
base_url: http://127.0.0.1:9
poll: {path: "/jobs/{id}"}
"""


def test_a_contract_beside_ones_own_profile(write: Write, tmp_path: pathlib.Path) -> None:
    write("api/openapi.json", json.dumps(DOCUMENT))
    write("my/profile.yaml", PROFILE + "contract: ../api/openapi.json\nprices: [{per_second: 2, seconds: seconds}]\n")
    provider = load("my/profile.yaml", base=tmp_path)
    assert provider.contract_version == "7"
    assert provider.contract is not None
    endpoint = provider.endpoints["make"]
    assert (endpoint.poll_path, endpoint.kind) == ("/jobs/{id}", "video")
    assert [issue.kind for issue in provider.contract.validate(endpoint, {"seconds": 10})] == ["maximum"]
    assert provider.price(endpoint, {"seconds": 3}) == 6
    assert provider.price(endpoint, {}) == 18


def test_several_contracts_in_yaml_too(write: Write, tmp_path: pathlib.Path) -> None:
    write("new.json", json.dumps(DOCUMENT))
    write("old.yaml", 'openapi: "3.1.0"\npaths:\n  /make:\n    post: {operationId: make}\n')
    write("profile.yaml", PROFILE + "contracts: {new: new.json, old: old.yaml}\n")
    assert load("profile.yaml", base=tmp_path).contract_version == "new"
    old = load("profile.yaml", base=tmp_path, contract="old")
    assert old.contract is not None
    assert old.contract.schema(old.endpoints["make"]) == {}


def test_ones_own_endpoints_win(write: Write, tmp_path: pathlib.Path) -> None:
    write("new.json", json.dumps(DOCUMENT))
    write("profile.yaml", PROFILE + "contract: new.json\nendpoints: {make: {path: /elsewhere, method: PUT}}\n")
    endpoint = load("profile.yaml", base=tmp_path).endpoints["make"]
    assert (endpoint.method, endpoint.path) == ("PUT", "/elsewhere")


def test_a_changed_file_is_read_again(write: Write, tmp_path: pathlib.Path) -> None:
    file = write("profile.yaml", PROFILE + "endpoints: {make: {path: /a}}\n")
    assert load("profile.yaml", base=tmp_path).endpoints["make"].path == "/a"
    file.write_text(PROFILE + "endpoints: {make: {path: /b}}\n", encoding="utf-8")
    os.utime(file, ns=(1, 1))
    assert load("profile.yaml", base=tmp_path).endpoints["make"].path == "/b"


PROFILES = pathlib.Path(__file__).parent / "profiles"
INVALID = sorted(file.name for file in (PROFILES / "invalid").iterdir())
BROKEN = [*sorted(file.name for file in (PROFILES / "contracts").iterdir()), "missing.json"]


@pytest.mark.parametrize("name", INVALID)
def test_profiles_that_are_wrong(name: str, golden: Callable[[str, str], None]) -> None:
    with pytest.raises(MistakesError) as caught:
        load(name, base=PROFILES / "invalid", cwd=PROFILES / "invalid")
    golden(f"provider/{pathlib.Path(name).stem}.err", f"{caught.value}\n")


@pytest.mark.parametrize("name", BROKEN)
def test_contracts_that_are_wrong(name: str, write: Write, golden: Callable[[str, str], None]) -> None:
    folder = PROFILES / "contracts"
    profile = write("profile.yaml", PROFILE + f"contracts: {{v1: {folder / name}}}\n")
    with pytest.raises(MistakesError) as caught:
        load("profile.yaml", base=profile.parent)
    golden(f"provider/contract_{pathlib.Path(name).stem}.err", f"{caught.value}\n".replace(str(folder), "contracts"))


def test_a_wrong_profile_is_named_as_seen_from_where_one_stands(
    write: Write, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    write("own/profile.yaml", "name: a\n")
    here = tmp_path / "scenarios" / "deep"
    here.mkdir(parents=True)

    def named(base: pathlib.Path, name: str, cwd: pathlib.Path | None = None) -> str:
        with pytest.raises(MistakesError) as caught:
            load(name, base=base, cwd=cwd)
        return str(caught.value).partition(":")[0]

    assert named(here, "../../own/profile.yaml") == "own/profile.yaml"
    assert named(pathlib.Path("scenarios/deep"), "../../own/profile.yaml") == "own/profile.yaml"
    assert named(here, "../../own/profile.yaml", tmp_path / "own") == "profile.yaml"
    assert named(here, "../../own/profile.yaml", here) == str(tmp_path / "own" / "profile.yaml")
    # Through a link ".." leads elsewhere than the text says.
    (tmp_path / "link").symlink_to(here)
    assert (tmp_path / named(tmp_path / "link", "../../own/profile.yaml")).samefile(tmp_path / "own" / "profile.yaml")
