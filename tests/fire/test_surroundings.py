"""Proxies and limits of the machine."""

from __future__ import annotations

import pytest

from harness.fire.surroundings import allowed_connections, environment_proxy, is_loopback

resource = pytest.importorskip("resource")


@pytest.mark.parametrize(
    ("url", "here"),
    [
        ("http://127.0.0.1:80", True),
        ("http://localhost", True),
        ("http://[::1]:8080/v1", True),
        ("https://api.dev.runwayml.com", False),
        ("http://127.0.0.1.evil.example", False),
        ("nonsense", False),
    ],
)
def test_loopback(url: str, here: bool) -> None:  # noqa: FBT001
    assert is_loopback(url) is here


def test_no_proxy_in_the_environment() -> None:
    assert environment_proxy() is None


def test_proxies_by_scheme_and_exceptions(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://proxy.invalid:3128")
    monkeypatch.setenv("no_proxy", "files.example")
    proxy_of = environment_proxy()
    assert proxy_of is not None
    assert proxy_of("https", "api.example") == "http://proxy.invalid:3128"
    assert proxy_of("https", "files.example") is None
    assert proxy_of("http", "api.example") is None


def test_the_limit_on_open_files_is_raised_where_that_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    limits = [256, 4096]
    monkeypatch.setattr(resource, "getrlimit", lambda _: tuple(limits))
    monkeypatch.setattr(resource, "setrlimit", lambda _, wanted: limits.__setitem__(slice(None), wanted))
    assert allowed_connections(100) == 100
    assert limits == [256, 4096]
    assert allowed_connections(1000) == 1000
    assert limits == [1064, 4096]
    assert allowed_connections(10_000) == 4032
    assert limits == [4096, 4096]


def test_a_limit_that_may_not_be_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int, wanted: object) -> None:
        raise ValueError(wanted)

    monkeypatch.setattr(resource, "getrlimit", lambda _: (256, 256))
    monkeypatch.setattr(resource, "setrlimit", refuse)
    assert allowed_connections(1000) == 192
    monkeypatch.setattr(resource, "getrlimit", lambda _: (resource.RLIM_INFINITY, resource.RLIM_INFINITY))
    assert allowed_connections(1000) == 1000
