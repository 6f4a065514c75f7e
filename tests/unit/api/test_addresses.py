"""A webhook goes out into the world, never back into the house, however the address is written."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from desk.addresses import BadAddress, check_url, resolve

INSIDE = (
    "127.0.0.1", "127.1", "0x7f000001", "2130706433", "0", "10.0.0.8", "192.168.1.1", "172.16.0.1",
    "169.254.169.254", "100.64.0.1", "[::1]", "[::ffff:127.0.0.1]", "[fe80::1]", "[fd00::1]",
    "[64:ff9b::7f00:1]", "[2002:7f00:1::]", "224.0.0.1", "localhost", "printer.local",
)  # fmt: skip


@pytest.mark.parametrize("host", INSIDE)
def test_inner_addresses_are_refused(host: str) -> None:
    with pytest.raises(BadAddress):
        check_url(f"https://{host}/hook", private=False)
    check_url(f"http://{host}:8080/hook", private=True)


@pytest.mark.parametrize(
    "url",
    ["http://example.com/", "ftp://example.com/", "https://", "https://user@example.com/",
     "https://example.com:0/", "https://example.com:99999/", "file:///etc/passwd", "https://[x/"],
)  # fmt: skip
def test_other_addresses_that_are_refused(url: str) -> None:
    with pytest.raises(BadAddress):
        check_url(url, private=False)


def test_an_outer_address_is_fine() -> None:
    check_url("https://hooks.example.com:8443/huying?x=1", private=False)
    check_url("https://93.184.216.34/", private=False)


def answers(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    def lookup(_host: str, port: int, **_: Any) -> list[Any]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (a, port)) for a in addresses]

    monkeypatch.setattr(socket, "getaddrinfo", lookup)


def test_a_name_that_leads_inside_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "93.184.216.34", "10.0.0.8")
    with pytest.raises(BadAddress):
        resolve("rebind.example.com", 443, private=False)
    assert resolve("rebind.example.com", 443, private=True) == "93.184.216.34"


def test_a_name_that_leads_outside_is_pinned(monkeypatch: pytest.MonkeyPatch) -> None:
    answers(monkeypatch, "93.184.216.34", "93.184.216.35")
    assert resolve("example.com", 443, private=False) == "93.184.216.34"
