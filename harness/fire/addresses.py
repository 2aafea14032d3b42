"""Which addresses may be connected to. What an API answers must not lead a run into the network that it runs in.

Metadata services of clouds (169.254.169.254), routers, databases on this machine: an output's address, or a redirect of
it, could name them all. So files are fetched from public addresses, and from networks of the sort that the API itself
is in. Names are judged by what they resolve to, at the moment of connecting, so that a name cannot change in between.
Behind a proxy names are the proxy's to resolve, and only addresses written as numbers are judged here.
"""

from __future__ import annotations

from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Final
from urllib.parse import urlsplit

from harness.fire.surroundings import is_loopback
from harness.words import told

#: Addresses of IPv4 hosts as an IPv6-only network writes them; the last four bytes are the host's.
_NAT64: Final = IPv6Network("64:ff9b::/96")


class PrivateAddress(OSError):
    """A host that must not be connected to. An OSError, which is what resolvers may raise."""

    def __init__(self, host: str, kind: str) -> None:
        super().__init__(told("fact.private", host=host, kind=kind))


class Reach:
    """What a run at `target` (a base URL) may connect to. `proxies` are the addresses of the proxies that it uses."""

    def __init__(self, target: str, proxies: Iterable[str] = ()) -> None:
        host = _host(target)
        self._own = {host, *map(_host, proxies)}
        self._kinds = {kind for kind in (_kind_of_host(host),) if kind is not None}
        self._target = host

    def check(self, host: str, address: str) -> None:
        """Raises PrivateAddress when `host`, which resolved to this address, must not be connected to."""
        kind = kind_of(address)
        host = host.lower()
        if kind is None:
            return
        if host == self._target:
            self._kinds.add(kind)
        if host not in self._own and kind not in self._kinds:
            raise PrivateAddress(host, kind)

    def check_url(self, url: str) -> None:
        """The same for an address whose host is written as a number; names are left to `check`."""
        host = _host(url)
        if _kind_of_host(host) is not None:
            self.check(host, "127.0.0.1" if host == "localhost" else host)


def reach_of(target: str) -> Reach:
    """The reach of a run at `target`, with the proxies that the environment names."""
    from urllib.request import getproxies

    return Reach(target, () if is_loopback(target) else getproxies().values())


def kind_of(address: str) -> str | None:
    """The sort of network that an IP address is in; None for a public one, and for what is no IP address.

    >>> kind_of("169.254.169.254"), kind_of("::ffff:10.0.0.1"), kind_of("8.8.8.8")
    ('link-local', 'private', None)
    """
    try:
        found = _inner(ip_address(address.partition("%")[0]))
    except ValueError:
        return None
    if found.is_loopback:
        return "loopback"
    if found.is_link_local:
        return "link-local"
    return None if found.is_global and not found.is_multicast else "private"


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, where it does."""
    if isinstance(address, IPv4Address):
        return address
    if address in _NAT64:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address


def _host(url: str) -> str:
    try:
        return (urlsplit(url).hostname or "").lower()
    except ValueError:
        return ""


def _kind_of_host(host: str) -> str | None:
    return "loopback" if host == "localhost" else kind_of(host)
