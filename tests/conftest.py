"""What every test gets: a clean environment, no network past this machine, and golden files."""

import difflib
import gc
import os
import re
import signal
import socket
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

# A busy machine is no mistake of ours: no example fails for being slow.
settings.register_profile("thorough", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.register_profile("project", settings.get_profile("thorough"), max_examples=50)
settings.register_profile("quick", settings.get_profile("thorough"), max_examples=10)
settings.load_profile("project")

# Workers and the hundred processes that tests start compile what they import once, also in a shell that keeps Python
# from writing that down.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

ROOT = Path(__file__).parents[1]
GOLDEN = Path(__file__).parent / "golden"

#: Variables that change what the program does. A developer's shell or a CI machine must not decide a test.
CLEANED = re.compile(
    r"(RUNWAY|HARNESS_|GITHUB_|CLICOLOR).*|.*_(PROXY|proxy)|CI|NO_COLOR|FORCE_COLOR|COLUMNS|MAKELEVEL|MAKEFLAGS|MFLAGS"
)


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--rewrite", action="store_true", help="write golden files anew instead of comparing; review the diff"
    )


@pytest.hookimpl(tryfirst=True)
def pytest_cmdline_main(config: pytest.Config) -> None:
    """Workers take from each other what is left, unless another way to share is asked for: tests differ in length."""
    if getattr(config.option, "numprocesses", None) and config.option.dist == "no":
        config.option.dist = "worksteal"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What takes long begins first, so that no worker is alone with it at the end."""
    items.sort(key=lambda item: item.get_closest_marker("thorough") is None)


def pytest_collection_finish() -> None:
    """What was collected stays to the end: the collector need not go through these million objects again and again."""
    gc.freeze()


@pytest.fixture(autouse=True, scope="session")
def clean_environment() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as patch:
        for name in filter(CLEANED.fullmatch, list(os.environ)):
            patch.delenv(name)
        yield


@pytest.fixture(autouse=True, scope="session")
def interruptible() -> None:
    """SIGINT interrupts, as at a terminal: a shell starts what it runs in the background with the signal ignored."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


class NetworkRefusedError(AssertionError):
    """A test tried to leave the machine."""


def _is_here(host: object) -> bool:
    if isinstance(host, bytes):
        host = host.decode(errors="replace")
    return host in (None, "", "localhost", "::1", "0.0.0.0", "::") or str(host).startswith("127.")


@pytest.fixture(autouse=True, scope="session")
def no_network() -> Iterator[None]:
    """Sockets reach this machine only. Names reserved for never resolving (RFC 6761) do not resolve, unasked."""
    connect, connect_ex, lookup = socket.socket.connect, socket.socket.connect_ex, socket.getaddrinfo

    def check(address: object) -> None:
        if isinstance(address, tuple) and not _is_here(address[0]):
            raise NetworkRefusedError(f"a test tried to connect to {address[0]}:{address[1]}")

    def guarded_connect(self: socket.socket, address: Any) -> None:
        check(address)
        connect(self, address)

    def guarded_connect_ex(self: socket.socket, address: Any) -> int:
        check(address)
        return connect_ex(self, address)

    def guarded_lookup(host: Any, *args: Any, **kwargs: Any) -> Any:
        if str(host).rstrip(".").endswith((".invalid", ".test", ".example")):
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        if not _is_here(host):
            raise NetworkRefusedError(f"a test tried to look up {host}")
        return lookup(host, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", guarded_connect)
        patch.setattr(socket.socket, "connect_ex", guarded_connect_ex)
        patch.setattr(socket, "getaddrinfo", guarded_lookup)
        yield


@pytest.fixture
def golden(request: pytest.FixtureRequest) -> Callable[[str, str], None]:
    """`golden("report/six.md", text)`: the text must be that of tests/golden/report/six.md; --rewrite writes it."""

    def check(name: str, actual: str) -> None:
        file = GOLDEN / name
        if request.config.getoption("--rewrite"):
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(actual, encoding="utf-8", newline="")
            return
        if not file.exists():
            pytest.fail(f"there is no {file.relative_to(ROOT)} yet: run pytest --rewrite and review it")
        expected = file.read_bytes().decode("utf-8")
        if actual != expected:
            lines = difflib.unified_diff(expected.splitlines(), actual.splitlines(), "expected", "actual", lineterm="")
            pytest.fail(f"{file.relative_to(ROOT)} differs (--rewrite accepts):\n" + "\n".join(lines), pytrace=False)

    return check
