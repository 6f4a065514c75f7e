"""Calling a vendor's API: what may have arrived, and what an errcode means for a push.

The HTTP client is httpx, not wechatpy's: that one has no timeout, refreshes a rejected token in an
endless recursion and keeps its expiry per process.
"""

from __future__ import annotations

import json
import logging
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from zoneinfo import ZoneInfo

import httpx

from desk.message import DeliveryFailed

log = logging.getLogger(__name__)

Answer = dict[str, Any]

_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
# Why nobody was reached, as the last word of a cause: `check` knows the cure of each.
_REASONS: tuple[tuple[type[OSError], str], ...] = (
    (ssl.SSLCertVerificationError, "certificate"),
    (socket.gaierror, "name"),
    (ConnectionRefusedError, "refused"),
)
_VENDOR_DAY = ZoneInfo("Asia/Shanghai")

VendorTime = Callable[[datetime], None]  # told what time it is with a vendor


def client(base_url: str, timeout: float, heard: VendorTime | None = None) -> httpx.Client:
    """Connections to one vendor. Each of its answers says what time it is there."""

    def listen(response: httpx.Response) -> None:
        if heard is not None and (date := response.headers.get("Date")):
            try:
                heard(parsedate_to_datetime(date).astimezone(UTC))
            except ValueError:
                log.warning("a vendor's Date header is no date")

    return httpx.Client(base_url=base_url, timeout=timeout, event_hooks={"response": [listen]})


@contextmanager
def reaching(*, in_doubt: bool) -> Iterator[None]:
    """What goes wrong on the way, as DeliveryFailed.

    `from None`: httpx's errors hold the request, whose address holds a token, secret or key.
    """
    try:
        yield
    except _NEVER_SENT as error:
        raise DeliveryFailed(f"no connection ({_reason(error)})") from None
    except httpx.RequestError as error:
        raise DeliveryFailed(f"no answer ({type(error).__name__})", in_doubt=in_doubt) from None


def _reason(error: BaseException) -> str:
    """What lies beneath httpx's one ConnectError."""
    beneath: BaseException | None = error
    while beneath is not None:
        for kind, word in _REASONS:
            if isinstance(beneath, kind):
                return word
        beneath = beneath.__cause__ or beneath.__context__
    return type(error).__name__


def call(
    http: httpx.Client,
    path: str,
    payload: Mapping[str, Any] | None,
    params: Mapping[str, str],
    *,
    in_doubt: bool,
) -> Answer:
    """The vendor's JSON answer to a POST, or to a GET where there is nothing to post.

    `in_doubt`: whether a lost answer leaves open what became of the call.
    """
    method = "GET" if payload is None else "POST"
    with reaching(in_doubt=in_doubt):
        response = http.request(method, path, json=payload, params=params)
    if response.status_code != httpx.codes.OK:
        lost = in_doubt and response.status_code >= 500
        raise DeliveryFailed(f"HTTP {response.status_code}", in_doubt=lost)
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        raise DeliveryFailed("an answer that is not JSON", in_doubt=in_doubt) from None
    if not isinstance(answer, dict):
        raise DeliveryFailed("an answer that is not an object", in_doubt=in_doubt)
    return answer


def errcode(answer: Answer) -> int:
    """HTTP 200 is not success: this is. Without it nobody knows what became of the message."""
    code = answer.get("errcode")
    if not isinstance(code, int):
        raise DeliveryFailed("an answer without errcode", in_doubt=True)
    return code


@dataclass(frozen=True, slots=True)
class Refusals:
    """What one vendor's errcodes mean for a push. The errmsg is left out: it quotes the request."""

    permanent: Mapping[int, str]
    retry_after: Mapping[int, tuple[float, str]]
    until_seen: Mapping[int, str] = field(default_factory=dict)

    def failure(self, code: int) -> DeliveryFailed:
        """The failure this errcode stands for."""
        if code in self.permanent:
            return DeliveryFailed(f"errcode {code}: {self.permanent[code]}", permanent=True)
        if code in self.until_seen:
            return DeliveryFailed(f"errcode {code}: {self.until_seen[code]}", until_seen=True)
        if code in self.retry_after:
            seconds, meaning = self.retry_after[code]
            return DeliveryFailed(f"errcode {code}: {meaning}", retry_after=seconds)
        return DeliveryFailed(f"errcode {code}")


def seconds_to_next_day(now: float) -> float:
    """Until the vendor's quotas are fresh: midnight in China."""
    moment = datetime.fromtimestamp(now, UTC).astimezone(_VENDOR_DAY)
    midnight = (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - moment).total_seconds()


class _WithoutQuery(logging.Filter):
    """httpx logs every address in full; here the query holds a token, a secret or a key."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_WithoutQuery())
