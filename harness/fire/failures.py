"""What it means that an exchange failed: a finding code, a sentence, and whether the request may have been sent.

One table for aiohttp's errors, by name: reading it must not import aiohttp. A test holds it against aiohttp itself.
"""

from __future__ import annotations

import os
import re
import ssl
from collections.abc import Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from harness.errors import TransportError
from harness.redact import clean
from harness.words import known, told


class Meaning(NamedTuple):
    """`sent` is False only where no connection was made, so that nothing can have been created."""

    code: str
    sent: bool
    #: The key of the sentence.
    what: str


#: What OpenSSL puts around its words: "[SSL: WRONG_VERSION_NUMBER] wrong version number (_ssl.c:1006)".
_SSL_NOISE: Final = re.compile(r"^\[[^\]]*\] | \(_ssl\.c:\d+\)$")

_NO_HOST: Final = Meaning("NETWORK.DNS", False, "fact.no_host")
_REFUSED: Final = Meaning("NETWORK.REFUSED", False, "fact.unreached")
_PROXY: Final = Meaning("NETWORK.REFUSED", False, "fact.proxy")
_NO_TRUST: Final = Meaning("NETWORK.TLS", False, "fact.no_trust")
_NO_CONNECTION: Final = Meaning("NETWORK.TIMEOUT", False, "fact.no_connection")
_BAD_ADDRESS: Final = Meaning("NETWORK.PROTOCOL", False, "fact.bad_address")
_SILENT: Final = Meaning("NETWORK.TIMEOUT", True, "fact.silent")
_BROKEN_OFF: Final = Meaning("NETWORK.RESET", True, "fact.closed")
_NO_HTTP: Final = Meaning("NETWORK.PROTOCOL", True, "fact.unreadable")

#: Class name → meaning. A class that is not here means what the nearest of its bases means.
MEANINGS: Final[Mapping[str, Meaning]] = {
    "ClientConnectorDNSError": _NO_HOST,
    "ClientConnectorError": _REFUSED,
    "ClientProxyConnectionError": _PROXY,
    "ClientHttpProxyError": _PROXY,
    "ClientSSLError": _NO_TRUST,
    "ServerFingerprintMismatch": _NO_TRUST,
    "ConnectionTimeoutError": _NO_CONNECTION,
    "InvalidURL": _BAD_ADDRESS,
    "NonHttpUrlClientError": _BAD_ADDRESS,
    "ServerTimeoutError": _SILENT,
    "ClientConnectionError": _BROKEN_OFF,
    "ClientPayloadError": _BROKEN_OFF,
    "ClientError": _NO_HTTP,
    "OSError": _BROKEN_OFF,
}


def failure(error: Exception, url: str) -> TransportError:
    """The TransportError for an error that the HTTP client raised. What nobody knows counts as sent."""
    meaning = next((MEANINGS[base.__name__] for base in type(error).__mro__ if base.__name__ in MEANINGS), _NO_HTTP)
    untrusted = _ssl_error(error)
    if untrusted is not None and not meaning.sent:
        detail = getattr(untrusted, "verify_message", None) or _SSL_NOISE.sub("", str(untrusted.strerror or ""))
        return _error(_NO_TRUST, url, detail)
    # The system's own words for why a connection was not made; asyncio puts the address again in their place.
    number = getattr(error, "errno", None) if meaning in {_REFUSED, _PROXY} else None
    known = os.strerror(number) if isinstance(number, int) and number > 0 else None
    reason = known or getattr(error, "strerror", None) or getattr(error, "message", None) or ""
    return _error(meaning, url, str(reason))


def _error(meaning: Meaning, url: str, reason: str) -> TransportError:
    detail = clean(reason, 200).rstrip(".")
    because = told("fact.why", why=known("system", detail)) if detail else ""
    return TransportError(meaning.code, told(meaning.what, host=host(url), because=because), sent=meaning.sent)


def _ssl_error(error: Exception) -> ssl.SSLError | None:
    """The TLS layer's own error in one of aiohttp's. Its number (1) is no number of the system's."""
    for one in (getattr(error, "certificate_error", None), getattr(error, "os_error", None), error):
        if isinstance(one, ssl.SSLError):
            return one
    return None


def bad_address(error: Exception) -> TransportError:
    """The TransportError for a request that cannot even be built."""
    text = told("fact.unsendable", why=clean(str(error), 200).rstrip("."))
    return TransportError("NETWORK.PROTOCOL", text, sent=False)


def host(url: str) -> str:
    """The host and port of an address, for a sentence; never its path, which may be signed, nor its user.

    >>> host("https://user:word@files.example:8443/a.mp4?_jwt=x")
    'files.example:8443'
    """
    try:
        return clean(urlsplit(url).netloc.rpartition("@")[2], 100) or told("fact.host")
    except ValueError:
        return told("fact.host")
