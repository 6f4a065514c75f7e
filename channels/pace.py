"""Vendors' limits on how fast messages may go to one recipient; more are dropped unsaid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from desk.message import DeliveryFailed, Push


class SentTimes(Protocol):
    """Where it is written down when messages went out, by all processes."""

    def recent(self, channel: str, address: str, span: float) -> Sequence[float]:
        """Unix times of the messages of the last `span` seconds, the oldest first."""
        ...


Limit = tuple[int, float]  # so many messages within so many seconds


class Pace:
    """Keeps a sender within the vendor's limits by putting pushes off, not by dropping them."""

    def __init__(self, times: SentTimes, limits: Sequence[Limit]) -> None:
        self._times = times
        self._limits = limits

    def keep(self, push: Push, now: float) -> None:
        """DeliveryFailed with the time to wait if one more message were too many."""
        longest = max(span for _, span in self._limits)
        sent = self._times.recent(push.channel, push.address, longest)
        wait = max(pause(sent, limit, now) for limit in self._limits)
        if wait > 0:
            raise DeliveryFailed("the vendor's limit for this recipient", retry_after=wait)


def pause(sent: Sequence[float], limit: Limit, now: float) -> float:
    """Seconds until another message may follow those sent."""
    count, span = limit
    within = [moment for moment in sent if moment > now - span]
    return 0.0 if len(within) < count else within[-count] + span - now
