from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from harness.errors import MistakesError
from harness.scenario import LoadSettings, Scenario, load

ROOT = Path(__file__).parents[2]
HEAD = """\
name: test
provider: runway
endpoint: image_to_video
baseline: {model: gen4_turbo, promptImage: "https://example.com/a.jpg", ratio: 720:1280, duration: 5}
"""


class Project:
    """A project folder of one test: write files, load scenarios."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.write("pyproject.toml", "")

    def write(self, name: str, content: str | bytes) -> Path:
        file = self.folder / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def load(
        self,
        *texts: str,
        head: str = HEAD,
        env: Mapping[str, str] | None = None,
        allow_code: bool = False,
        contract: str | None = None,
    ) -> tuple[Scenario, ...]:
        """The scenarios of these texts, each below the head, in s0.yaml, s1.yaml, …"""
        files = [self.write(f"s{number}.yaml", head + text) for number, text in enumerate(texts)]
        settings = LoadSettings(cwd=self.folder, env=env or {}, allow_code=allow_code, contract=contract)
        return load(files, settings)

    def one(self, text: str, **more: object) -> Scenario:
        """The one scenario of a text."""
        (scenario,) = self.load(text, **more)  # type: ignore[arg-type]
        return scenario

    def mistakes(self, *texts: str, **more: object) -> str:
        """What is wrong with these texts."""
        with pytest.raises(MistakesError) as caught:
            self.load(*texts, **more)  # type: ignore[arg-type]
        return str(caught.value)


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return Project(tmp_path)


@pytest.fixture
def expected(request: pytest.FixtureRequest) -> Callable[[Path, str], None]:
    """`expected(file, text)`: the text must be that of the file; --rewrite writes it."""

    def check(file: Path, actual: str) -> None:
        if request.config.getoption("--rewrite"):
            file.write_text(actual, encoding="utf-8", newline="")
            return
        if not file.exists():
            pytest.fail(f"there is no {file.relative_to(ROOT)} yet: run pytest --rewrite and review it")
        stored = file.read_bytes().decode("utf-8")
        if actual != stored:
            lines = difflib.unified_diff(stored.splitlines(), actual.splitlines(), "expected", "actual", lineterm="")
            pytest.fail(f"{file.relative_to(ROOT)} differs (--rewrite accepts):\n" + "\n".join(lines), pytrace=False)

    return check
