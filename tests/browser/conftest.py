"""Debian's Chromium, driven by playwright, on pages that lie in a folder; one browser a module."""

from __future__ import annotations

import os
import re
import shutil
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.report import Report, html

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

#: No sandbox: tests run as root in CI. The others keep a browser without a network from asking for one.
FLAGS = (
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
BINARIES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


# Of a module, not of the session: while it is open the thread has a running event loop, which other tests start anew.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    binary = next(filter(None, map(shutil.which, BINARIES)), None)
    if binary is None:
        pytest.skip("no Chromium on this machine: apt-get install chromium")
    if find_spec("playwright") is None:
        pytest.skip("playwright is not installed: pip install -e '.[test]'")
    from playwright.sync_api import expect, sync_playwright

    # A developer's shell may name proxies and languages; a browser takes both from the environment.
    env = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "TMPDIR"}} | {
        "LANG": "C.UTF-8"
    }
    expect.set_options(timeout=60_000)
    with sync_playwright() as playwright:
        chromium = playwright.chromium
        opened = chromium.launch(executable_path=binary, args=[*FLAGS], chromium_sandbox=False, env={**env})
        yield opened
        opened.close()


@dataclass
class Shown:
    """A page that is open, and what it complained of and asked for."""

    page: Any
    complaints: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def names(self) -> list[str]:
        """The names of the rows that are drawn, in their order."""
        found: list[str] = self.page.locator(".scroll .row .name a").all_text_contents()
        return found

    @property
    def said(self) -> str:
        """The line above the table."""
        text: str = self.page.locator("#shown").inner_text()
        return text

    def waits(self, place: str, count: int) -> None:
        """Waits until so many elements are there. (To wait for an expression is an eval, which the policy forbids.)"""
        from playwright.sync_api import expect

        expect(self.page.locator(place)).to_have_count(count)

    def opens(self, number: int) -> None:
        """Waits until the variant of this number is shown."""
        from playwright.sync_api import expect

        expect(self.page.locator("#detail-title")).to_contain_text(re.compile(rf"^{number} "))

    def closes(self) -> None:
        """Waits until no variant is shown."""
        from playwright.sync_api import expect

        expect(self.page.locator("#detail")).to_be_hidden()


Show = Callable[..., Shown]


@pytest.fixture
def show(browser: Browser, tmp_path: Path) -> Iterator[Show]:
    """`show(report, …)`: the page of a report, opened from its folder. No test ends with a complaint on the console."""
    opened: list[tuple[Page, Shown]] = []

    def go(report: Report, at: str = "", *, lang: str = "en", quiet: bool = True, **options: Any) -> Shown:
        file = tmp_path / html.NAME
        html.write(report, file, lang)
        page = browser.new_page(**{"viewport": {"width": 1280, "height": 900}, **options})
        page.set_default_timeout(60_000)  # a busy machine is no mistake of ours
        shown = Shown(page)
        page.on("console", lambda message: shown.complaints.append(f"{message.type}: {message.text}"))
        page.on("pageerror", lambda error: shown.complaints.append(f"error: {error}"))
        page.on("request", lambda request: shown.requests.append(request.url))
        page.goto(file.as_uri() + at)
        if quiet:
            opened.append((page, shown))
        return shown

    yield go
    for page, shown in opened:
        page.close()
        assert shown.complaints == []
