"""What every HTTP channel does at its door: cap the body, name refusals by status, count them."""

from __future__ import annotations

import logging
from collections import Counter
from collections.abc import Callable
from threading import Lock

from flask import Blueprint, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import RequestEntityTooLarge

from desk.message import BadMessage, Gate, NotGenuine, StoreUnavailable

log = logging.getLogger(__name__)

BODY_CAP = 1 << 20

_REFUSALS: tuple[tuple[type[Exception], str, int], ...] = (
    (BadMessage, "bad_message", 400),
    (NotGenuine, "not_genuine", 403),
    (RequestEntityTooLarge, "too_large", 413),
    (StoreUnavailable, "store_unavailable", 503),
)


class Tally:
    """Counts by name, such as `wechat.bad_message`."""

    def __init__(self, told: Callable[[str], None] | None = None) -> None:
        self._told = told  # who else counts
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, name: str) -> None:
        """One more."""
        with self._lock:
            self._counts[name] += 1
        if self._told is not None:
            self._told(name)

    def counts(self) -> dict[str, int]:
        """A copy of all counts."""
        with self._lock:
            return dict(self._counts)


def read_body() -> bytes:
    """The request's body; more than BODY_CAP is HTTP 413, whether or not its length is stated."""
    request.max_content_length = BODY_CAP
    return request.get_data(cache=False)


def cut(text: str, limit: int) -> str:
    """At most `limit` bytes of UTF-8, whole characters only, ending in … where cut."""
    raw = text.encode()
    if len(raw) <= limit:
        return text
    ellipsis = "…"
    return raw[: limit - len(ellipsis.encode())].decode(errors="ignore") + ellipsis


def guard(blueprint: Blueprint, channel: str, tally: Tally, gate: Gate | None = None) -> None:
    """Answer each kind of refusal with its status; log the reason, never the content."""

    def refuse(name: str, status: int) -> Callable[[Exception], ResponseReturnValue]:
        def handler(error: Exception) -> ResponseReturnValue:
            tally.add(f"{channel}.{name}")
            log.warning("%s: %s, answered %d (%s)", channel, name, status, error)
            if gate is not None and isinstance(error, BadMessage | NotGenuine) and error.reason:
                gate.refused(channel, error.reason)
            return "", status

        return handler

    for fact, name, status in _REFUSALS:
        blueprint.register_error_handler(fact, refuse(name, status))
