"""What the machine allows a transport: certificates, proxies, open files, its own addresses."""

from __future__ import annotations

import ssl
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from typing import Final
from urllib.parse import urlsplit

#: Files that a run keeps open beside its connections, with room to spare.
_SPARE_FILES: Final = 64
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


def is_loopback(url: str) -> bool:
    """True when the address is on this machine.

    >>> is_loopback("http://127.0.0.1:8080/v1"), is_loopback("https://api.example")
    (True, False)
    """
    return (urlsplit(url).hostname or "") in _LOOPBACK


def tls_context() -> ssl.SSLContext:
    """One context for all connections: the system's authorities and, for machines that have none, certifi's."""
    import certifi

    context = ssl.create_default_context()
    context.load_verify_locations(certifi.where())
    return context


def environment_proxy() -> Callable[[str, str], str | None] | None:
    """A function (scheme, host) → proxy, as HTTPS_PROXY, NO_PROXY and their like say; None when they name none.

    Not aiohttp's own `trust_env`: that looks into ~/.netrc in a thread on every request, and refuses a request that has
    a key when it finds the host there.
    """
    from urllib.request import getproxies, proxy_bypass

    proxies = getproxies()
    if not proxies:
        return None

    @lru_cache(maxsize=64)
    def proxy_of(scheme: str, host: str) -> str | None:
        return None if proxy_bypass(host) else proxies.get(scheme, proxies.get("all"))

    return proxy_of


def allowed_connections(wanted: int) -> int:
    """How many of the connections the system lets this process have; its soft limit is raised where that is enough."""
    try:
        import resource
    except ImportError:  # Windows has no such limit
        return wanted
    files = wanted + _SPARE_FILES
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft == resource.RLIM_INFINITY or soft >= files:
        return wanted
    with suppress(OSError, ValueError):
        resource.setrlimit(
            resource.RLIMIT_NOFILE, (files if hard == resource.RLIM_INFINITY else min(files, hard), hard)
        )
    return max(min(wanted, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - _SPARE_FILES), 1)
