"""The table of failures against aiohttp itself: it grows, and a new error must not be taken for harmless."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import Iterator

import aiohttp
import pytest
from aiohttp.client_reqrep import ConnectionKey
from yarl import URL

from harness.fire.failures import MEANINGS, failure

URL_ = "https://user:word@api.invalid:8443/v1/tasks?_jwt=secret"

#: What each of aiohttp's errors means, and whether the request may have been sent. A new class fails the test below.
KNOWN = {
    "ClientError": ("PROTOCOL", True),
    "ClientResponseError": ("PROTOCOL", True),
    "ContentTypeError": ("PROTOCOL", True),
    "WSServerHandshakeError": ("PROTOCOL", True),
    "ClientHttpProxyError": ("REFUSED", False),
    "TooManyRedirects": ("PROTOCOL", True),
    "ClientConnectionError": ("RESET", True),
    "ClientConnectionResetError": ("RESET", True),
    "ClientOSError": ("RESET", True),
    "ClientConnectorError": ("REFUSED", False),
    "ClientConnectorDNSError": ("DNS", False),
    "ClientProxyConnectionError": ("REFUSED", False),
    "UnixClientConnectorError": ("REFUSED", False),
    "ServerConnectionError": ("RESET", True),
    "ServerDisconnectedError": ("RESET", True),
    "ServerTimeoutError": ("TIMEOUT", True),
    "ConnectionTimeoutError": ("TIMEOUT", False),
    "SocketTimeoutError": ("TIMEOUT", True),
    "ServerFingerprintMismatch": ("TLS", False),
    "ClientPayloadError": ("RESET", True),
    "UploadAbortedError": ("PROTOCOL", True),
    "InvalidURL": ("PROTOCOL", False),
    "InvalidUrlClientError": ("PROTOCOL", False),
    "RedirectClientError": ("PROTOCOL", True),
    "NonHttpUrlClientError": ("PROTOCOL", False),
    "InvalidUrlRedirectClientError": ("PROTOCOL", False),
    "NonHttpUrlRedirectClientError": ("PROTOCOL", False),
    "ClientSSLError": ("TLS", False),
    "ClientConnectorSSLError": ("TLS", False),
    "ClientConnectorCertificateError": ("TLS", False),
}


def errors(root: type[BaseException] = aiohttp.ClientError) -> Iterator[type[BaseException]]:
    yield root
    for child in root.__subclasses__():
        if child.__module__.startswith("aiohttp"):
            yield from errors(child)


def test_every_error_of_aiohttp_is_known() -> None:
    assert {error.__name__ for error in errors()} <= set(KNOWN)


@pytest.mark.parametrize("error", sorted(set(errors()), key=str), ids=str)
def test_what_it_means(error: type[Exception]) -> None:
    told = failure(error.__new__(error), URL_)
    assert (told.code.removeprefix("NETWORK."), told.sent) == KNOWN[error.__name__]
    assert told.text.startswith("api.invalid:8443 ")
    assert told.text.endswith(".")


def test_every_row_names_a_class() -> None:
    names = {error.__name__ for error in errors()} | {"OSError"}
    assert set(MEANINGS) <= names


@pytest.mark.parametrize(
    "error",
    [ssl.SSLError(1, "bad record"), ConnectionResetError(), ValueError("odd"), asyncio.IncompleteReadError(b"", 1)],
)
def test_what_nobody_foresaw_counts_as_sent(error: Exception) -> None:
    assert failure(error, URL_).sent


def test_the_sentence_has_the_systems_words_and_no_secret() -> None:
    key = ConnectionKey("api.invalid", 8443, True, True, None, None, None)
    error = aiohttp.ClientConnectorError(key, ConnectionRefusedError(111, "Connect call failed"))
    told = failure(error, str(URL(URL_)))
    assert (told.code, told.sent) == ("NETWORK.REFUSED", False)
    assert str(told) == "api.invalid:8443 cannot be reached (Connection refused)."


@pytest.mark.parametrize("kind", [aiohttp.ClientConnectorCertificateError, aiohttp.ClientConnectorError])
def test_a_certificate_is_told_in_words(kind: type[aiohttp.ClientConnectorError]) -> None:
    key = ConnectionKey("api.invalid", 8443, True, True, None, None, None)
    text = "[SSL: CERTIFICATE_VERIFY_FAILED] self-signed certificate (_ssl.c:1006)"
    told = failure(kind(key, ssl.SSLCertVerificationError(1, text)), URL_)
    assert (told.code, told.sent) == ("NETWORK.TLS", False)
    assert str(told) == "api.invalid:8443 offers no connection that can be trusted (self-signed certificate)."
