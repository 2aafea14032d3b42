"""What pip is told in a job, from what an installer left of an installed distribution."""

from __future__ import annotations

import json
from importlib.metadata import Distribution
from pathlib import Path
from typing import Any

import pytest

import harness
from harness.starting.origin import requirement, told_by

COMMIT = "0123456789abcdef0123456789abcdef01234567"
GIT = {"vcs": "git", "commit_id": COMMIT, "requested_revision": "main"}
AT = f"@{COMMIT}"


class Installed(Distribution):
    """A distribution with this `direct_url.json`, in this folder."""

    def __init__(self, folder: Path, noted: Any, version: str = "1.2.3") -> None:
        self._folder = folder
        self._texts = {"METADATA": f"Name: param-harness\nVersion: {version}\n", "direct_url.json": noted}

    def read_text(self, filename: str) -> str | None:
        return self._texts.get(filename)

    def locate_file(self, path: Any) -> Path:
        return Path(self._folder, path)


@pytest.mark.parametrize(
    ("noted", "told"),
    [
        # By its name: from an index.
        (None, "==1.2.3"),
        ({"url": "https://git.example/o/n.git", "vcs_info": GIT}, f" @ git+https://git.example/o/n.git{AT}"),
        ({"url": "ssh://git@git.example/o/n.git", "vcs_info": GIT}, f" @ git+ssh://git@git.example/o/n.git{AT}"),
        (
            {"url": "https://git.example:8443/o/n", "vcs_info": GIT, "subdirectory": "tools/h"},
            f" @ git+https://git.example:8443/o/n{AT}#subdirectory=tools/h",
        ),
        # Who logged in stays here.
        ({"url": "https://me:S3cret@git.example/o/n.git", "vcs_info": GIT}, f" @ git+https://git.example/o/n.git{AT}"),
        ({"url": "https://ghp_S3cret@git.example/o/n.git", "vcs_info": GIT}, f" @ git+https://git.example/o/n.git{AT}"),
        ({"url": "https://a@b:S3cret@git.example/o/n", "vcs_info": GIT}, f" @ git+https://git.example/o/n{AT}"),
        ({"url": "ssh://me:S3cret@git.example/o/n", "vcs_info": GIT}, f" @ git+ssh://git@git.example/o/n{AT}"),
        ({"url": "https://me:S3cret@x.example/p-1-py3.whl", "archive_info": {}}, " @ https://x.example/p-1-py3.whl"),
        # What a job does not have, or what would have to be guessed.
        ({"url": "file:///home/me/harness", "dir_info": {"editable": True}}, None),
        ({"url": "file:///home/me/harness", "dir_info": {}}, None),
        ({"url": "file:///home/me/harness.whl", "archive_info": {}}, None),
        ({"url": "file:///home/me/harness", "vcs_info": GIT}, None),
        ({"url": "https://localhost/o/n", "vcs_info": GIT}, None),
        ({"url": "https://x.example/p.whl?X-Signature=S3cret", "archive_info": {}}, None),
        ({"url": "https://git.example/o/n", "vcs_info": {"vcs": "hg", "commit_id": COMMIT}}, None),
        ({"url": "https://git.example/o/n", "vcs_info": {"vcs": "git", "commit_id": "main"}}, None),
        ({"url": "https://git.example/o/n", "vcs_info": {"vcs": "git"}}, None),
        ({"url": 'https://git.example/o"; rm -rf ~; "', "vcs_info": GIT}, None),
        ({"url": "https://git.example/$(id)", "vcs_info": GIT}, None),
        ({"url": "https://git.example/o/n", "vcs_info": GIT, "subdirectory": "a b"}, None),
        ({"url": "https://git.example/o/n", "vcs_info": GIT, "subdirectory": 7}, None),
        ({"url": "https://[git.example/o/n", "vcs_info": GIT}, None),
        ({"url": 7}, None),
        ({}, None),
        ([], None),
    ],
)
def test_what_pip_is_told(tmp_path: Path, noted: Any, told: str | None) -> None:
    found = told_by(Installed(tmp_path, None if noted is None else json.dumps(noted)), tmp_path / "harness")
    assert found == (None if told is None else f"param-harness[media]{told}")
    assert "S3cret" not in str(found)


def test_what_cannot_be_read_is_not_known(tmp_path: Path) -> None:
    assert told_by(Installed(tmp_path, "{"), tmp_path / "harness") is None
    assert told_by(Installed(tmp_path, None, "1.0; echo"), tmp_path / "harness") is None


def test_another_copy_than_the_one_that_runs_tells_nothing(tmp_path: Path) -> None:
    assert told_by(Installed(tmp_path / "site-packages", None), tmp_path / "clone" / "harness") is None


def test_a_checkout_is_no_place_for_a_job() -> None:
    """The tests themselves run in one."""
    assert requirement(Path(harness.__file__).parent) is None
