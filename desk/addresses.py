"""Where our calls may go: out into the world, never back into the house (SSRF)."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # such an address leads to the IPv4 one within


class BadAddress(ValueError):  # noqa: N818
    """Nothing may be sent or fetched there; the text says why and holds nothing secret."""


def check_url(url: str, *, private: bool) -> None:
    """What can be told without asking the DNS; `private` allows http and inner addresses."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise BadAddress("not a URL") from error
    if parts.username is not None or not parts.hostname or port == 0:
        raise BadAddress("not a plain URL")
    if parts.scheme != "https" and not (private and parts.scheme == "http"):
        raise BadAddress("not https")
    if private:
        return
    if parts.hostname == "localhost" or parts.hostname.endswith((".localhost", ".local")):
        raise BadAddress("a private name")
    literal = _literal(parts.hostname)
    if literal is not None and not _public(literal):
        raise BadAddress("a private address")


def resolve(host: str, port: int, *, private: bool) -> str:
    """The address to connect to, chosen once: what is checked is what is used.

    BadAddress when any of the name's addresses is private. OSError when there is none.
    """
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = [str(entry[4][0]) for entry in found]
    if not private and not all(_public(ipaddress.ip_address(a)) for a in addresses):
        raise BadAddress("a private address")
    return addresses[0]


def destination(url: str, *, private: bool) -> tuple[str, str]:
    """The host that a URL names, and the one address to connect to.

    BadAddress when it may not go there, OSError when nobody knows the name.
    """
    check_url(url, private=private)
    parts = urlsplit(url)
    host = parts.hostname or ""
    port = parts.port or (443 if parts.scheme == "https" else 80)
    try:
        return host, resolve(host, port, private=private)
    except UnicodeError as error:
        raise OSError("not a name") from error


def _literal(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address a host is, in any of the notations the system's resolver takes."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        pass
    try:
        return ipaddress.IPv4Address(socket.inet_aton(host))  # 127.1, 0x7f000001
    except OSError:
        return None


def _public(address: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    if isinstance(address, ipaddress.IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address in _NAT64:
            inner = ipaddress.IPv4Address(address.packed[-4:])
        if inner is not None:
            return _public(inner)
    return address.is_global and not address.is_multicast
