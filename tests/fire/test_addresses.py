"""Which addresses may be connected to: every way to write a private one, and what the API's own place allows."""

from __future__ import annotations

import pytest

from harness.fire.addresses import PrivateAddress, Reach, kind_of


@pytest.mark.parametrize(
    ("address", "kind"),
    [
        ("127.0.0.1", "loopback"),
        ("127.8.8.8", "loopback"),
        ("::1", "loopback"),
        ("::ffff:127.0.0.1", "loopback"),
        ("64:ff9b::7f00:1", "loopback"),
        ("2002:7f00:1::", "loopback"),
        ("169.254.169.254", "link-local"),
        ("::ffff:169.254.169.254", "link-local"),
        ("fe80::1%eth0", "link-local"),
        ("10.0.0.1", "private"),
        ("172.16.0.1", "private"),
        ("192.168.1.1", "private"),
        ("100.64.0.1", "private"),
        ("0.0.0.0", "private"),
        ("255.255.255.255", "private"),
        ("224.1.1.1", "private"),
        ("fd00:ec2::254", "private"),
        ("::", "private"),
        ("8.8.8.8", None),
        ("2606:4700::1111", None),
        ("files.example", None),
        ("", None),
    ],
)
def test_kinds(address: str, kind: str | None) -> None:
    assert kind_of(address) == kind


def refused(reach: Reach, host: str, address: str) -> str | None:
    try:
        reach.check(host, address)
    except PrivateAddress as error:
        return str(error)
    return None


def test_a_public_api_leads_to_public_addresses_only() -> None:
    reach = Reach("https://api.example/v1")
    assert refused(reach, "files.example", "8.8.8.8") is None
    text = "files.example leads to a link-local address, and the API is not there: nothing was fetched."
    assert refused(reach, "files.example", "169.254.169.254") == text
    assert refused(reach, "files.example", "10.0.0.1") is not None
    assert refused(reach, "files.example", "127.0.0.1") is not None


@pytest.mark.parametrize("target", ["http://127.0.0.1:8080", "http://localhost:8080", "http://[::1]"])
def test_an_api_on_this_machine_may_lead_to_this_machine_and_no_further(target: str) -> None:
    reach = Reach(target)
    assert refused(reach, "127.0.0.1", "127.0.0.1") is None
    assert refused(reach, "localhost", "::1") is None
    assert refused(reach, "169.254.169.254", "169.254.169.254") is not None
    assert refused(reach, "router.lan", "192.168.1.1") is not None


def test_an_api_in_a_private_network_may_lead_there() -> None:
    reach = Reach("https://api.lan")
    assert refused(reach, "files.lan", "10.0.0.2") is not None  # nobody knows yet where the API is
    assert refused(reach, "api.lan", "10.0.0.1") is None
    assert refused(reach, "files.lan", "10.0.0.2") is None
    assert refused(reach, "files.lan", "127.0.0.1") is not None


def test_a_proxy_may_be_anywhere() -> None:
    reach = Reach("https://api.example", ["http://user:word@proxy.lan:3128"])
    assert refused(reach, "proxy.lan", "10.0.0.1") is None
    assert refused(reach, "files.example", "10.0.0.1") is not None


@pytest.mark.parametrize(
    ("url", "is_refused"),
    [
        ("http://169.254.169.254/latest", True),
        ("http://[::ffff:10.0.0.1]/", True),
        ("http://localhost/", True),
        ("http://LOCALHOST/", True),
        ("https://8.8.8.8/", False),
        ("https://files.example/", False),
        ("http://[oops", False),
    ],
)
def test_addresses_that_are_written_as_numbers(url: str, *, is_refused: bool) -> None:
    reach = Reach("https://api.example")
    if is_refused:
        with pytest.raises(PrivateAddress, match=r" leads to a \S+ address, and the API is not there"):
            reach.check_url(url)
    else:
        reach.check_url(url)
