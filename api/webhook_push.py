"""Sends an event to a program's address, signed, so that the program knows who speaks.

    Huying-Delivery: 4711                     the same for every retry of one delivery
    Huying-Timestamp: 1795400000              Unix seconds of this attempt
    Huying-Signature: v1=<hex>                HMAC-SHA256(secret, timestamp + "." + body)

An address that fails rests for a while, longer each time, so that it does not hold up the others.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from functools import cached_property
from urllib.parse import urlsplit

import httpx

from data.database import Database
from data.rows import Webhook
from data.tables import api_tokens as table
from desk.addresses import BadAddress, destination
from desk.message import DeliveryFailed, Push

AGENT = "huying-webhook/1"
_GONE = 410
_LATER = frozenset((408, 425, 429))  # of the 4xx, those that are worth another try
_LONGEST_REST = 3600.0


def signature(secret: str, timestamp: str, body: bytes) -> str:
    """What a receiver computes to know that a delivery is genuine."""
    digest = hmac.new(secret.encode(), timestamp.encode() + b"." + body, hashlib.sha256)
    return f"v1={digest.hexdigest()}"


@dataclass(frozen=True)
class _Rest:
    """How often an address has failed in a row, and until when it is left alone."""

    failures: int
    until: float


class WebhookSender:
    """Delivers pushes of the channel `webhook`, whose address is a webhook's id."""

    idempotent = True  # receivers know a repeat by Huying-Delivery

    def __init__(
        self,
        db: Database,
        *,
        private: bool,
        clock: Callable[[], datetime],
        timeout: float = 5.0,
    ) -> None:
        self._db = db
        self._private = private
        self._clock = clock
        self._timeout = timeout
        self._resting: dict[int, _Rest] = {}

    @cached_property
    def _http(self) -> httpx.Client:
        """Made when there is something to send: reading the certificates takes its time.

        No proxy from the environment: it would connect to addresses that were not checked.
        """
        return httpx.Client(timeout=self._timeout, trust_env=False, follow_redirects=False)

    def send(self, push: Push) -> None:
        """Return when the receiver has said 2xx; else DeliveryFailed."""
        with self._db.read() as tx:
            hook = table.webhook(tx, int(push.address))
        if hook is None or hook.closed_at is not None:
            raise DeliveryFailed("the webhook was ended", permanent=True)
        now = self._clock().timestamp()
        rest = self._resting.get(hook.id, _Rest(0, 0.0))
        if now < rest.until:
            raise DeliveryFailed("the address is resting", retry_after=rest.until - now)
        try:
            self._deliver(hook, push)
        except DeliveryFailed as failure:
            if not failure.permanent:
                seconds = min(2.0 ** (rest.failures + 1), _LONGEST_REST)
                self._resting[hook.id] = _Rest(rest.failures + 1, now + seconds)
            raise
        self._resting.pop(hook.id, None)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _deliver(self, hook: Webhook, push: Push) -> None:
        status, retry_after = self._post(hook, push)
        if 200 <= status < 300:
            return
        if status == _GONE:
            with self._db.write() as tx:
                table.close(tx, hook.id, self._clock(), "gone")
        permanent = 400 <= status < 500 and status not in _LATER
        raise DeliveryFailed(f"HTTP {status}", permanent=permanent, retry_after=retry_after)

    def _post(self, hook: Webhook, push: Push) -> tuple[int, float | None]:
        """The receiver's status, and when it wants to hear again; its body is not read."""
        request = self._request(hook, push)
        try:
            response = self._http.send(request, stream=True)
        except httpx.HTTPError as error:
            raise DeliveryFailed(f"no answer ({type(error).__name__})") from None
        response.close()
        return response.status_code, self._retry_after(response)

    def _request(self, hook: Webhook, push: Push) -> httpx.Request:
        """The request, bound for an address that was checked, whatever the DNS says next."""
        try:
            host, address = destination(hook.url, private=self._private)
        except BadAddress as bad:
            raise DeliveryFailed(f"refused: {bad}", permanent=True) from None
        except OSError:
            raise DeliveryFailed("the name is not known") from None
        body = push.text.encode()
        timestamp = str(int(self._clock().timestamp()))
        request = self._http.build_request(
            "POST",
            httpx.URL(hook.url).copy_with(host=address),
            content=body,
            headers={
                "Host": urlsplit(hook.url).netloc,
                "Content-Type": "application/json",
                "User-Agent": AGENT,
                "Huying-Delivery": str(push.id),
                "Huying-Timestamp": timestamp,
                "Huying-Signature": signature(hook.secret, timestamp, body),
            },
        )
        request.extensions["sni_hostname"] = host
        return request

    def _retry_after(self, response: httpx.Response) -> float | None:
        """Seconds until the receiver wants to hear again, in either of HTTP's two notations."""
        said = response.headers.get("Retry-After", "").strip()
        if said.isdecimal():
            return min(float(said), _LONGEST_REST)
        try:
            moment = parsedate_to_datetime(said)
        except ValueError:
            return None
        if moment.tzinfo is None:
            moment = moment.replace(tzinfo=UTC)
        return min(max((moment - self._clock()).total_seconds(), 1.0), _LONGEST_REST)
