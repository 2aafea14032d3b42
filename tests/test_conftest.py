"""The guards of the test suite, tested: a guard that lets everything through looks the same as a good one."""

import os
import socket
from pathlib import Path

import pytest

pytest_plugins = ["pytester"]


def refused(action: object) -> str:
    assert callable(action)
    with pytest.raises(AssertionError) as caught:
        action()
    return str(caught.value)


def test_other_hosts_are_out_of_reach() -> None:
    with socket.socket() as near:
        near.settimeout(1)
        assert refused(lambda: near.connect(("192.0.2.1", 80))) == "a test tried to connect to 192.0.2.1:80"
        assert refused(lambda: near.connect_ex(("192.0.2.1", 80))) == "a test tried to connect to 192.0.2.1:80"
    assert refused(lambda: socket.getaddrinfo("dev.runwayml.com", 443)) == "a test tried to look up dev.runwayml.com"


def test_this_machine_is_within_reach() -> None:
    with socket.create_server(("127.0.0.1", 0)) as server, socket.create_connection(server.getsockname()):
        pass
    assert socket.getaddrinfo("localhost", 80)


def test_reserved_names_do_not_resolve() -> None:
    with pytest.raises(socket.gaierror):
        socket.getaddrinfo("nowhere.invalid", 80)


def test_the_environment_is_clean() -> None:
    left = [name for name in os.environ if name.upper().startswith(("RUNWAY", "HARNESS_", "GITHUB_")) or name == "CI"]
    assert left == []


@pytest.mark.thorough
def test_golden_files_are_compared_and_rewritten(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTEST_DISABLE_PLUGIN_AUTOLOAD", "1")  # to load what is installed takes a second a session
    conftest = Path(__file__).with_name("conftest.py").read_text("utf-8")
    tests = pytester.mkdir("tests")
    (tests / "conftest.py").write_text(conftest, "utf-8")
    test = tests / "test_it.py"
    test.write_text("def test_it(golden):\n    golden('sub/it.md', 'Ж one\\r\\ntwo\\n')\n", "utf-8")

    absent = pytester.runpytest()
    absent.stdout.fnmatch_lines(["*there is no tests/golden/sub/it.md yet: run pytest --rewrite and review it*"])
    pytester.runpytest("--rewrite", "tests").assert_outcomes(passed=1)
    file = tests / "golden" / "sub" / "it.md"
    assert file.read_bytes() == "Ж one\r\ntwo\n".encode()
    pytester.runpytest().assert_outcomes(passed=1)
    file.write_text("Ж one\nTWO\n", "utf-8", newline="")
    differs = pytester.runpytest()
    differs.assert_outcomes(failed=1)
    differs.stdout.fnmatch_lines(["*it.md differs (--rewrite accepts):*", "*-TWO*", "*+two*"])
