"""What is counted while serving; nothing in it is about any one person.

One registry an application. With PROMETHEUS_MULTIPROC_DIR set, prometheus-client keeps the counters
of all processes of a machine in that folder; what the store knows is asked of the store, whichever
process is scraped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from data.database import Database
from data.tables import vitals

SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0)


class Metrics:
    """The counters and clocks of one application."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._messages = Counter(
            "huying_messages", "Messages handled", ("channel", "fate"), registry=self.registry
        )
        self._callbacks = Counter(
            "huying_callbacks", "Callbacks at the door", ("channel", "fate"), registry=self.registry
        )
        self._pushes = Counter(
            "huying_pushes", "Attempts to push", ("channel", "fate"), registry=self.registry
        )
        self._seconds = Histogram(
            "huying_seconds", "How long each stage of a message took", ("stage",),
            registry=self.registry, buckets=SECONDS,
        )  # fmt: skip

    def message(self, channel: str, fate: str) -> None:
        """answered, silent, repeated, slowed, deferred or failed."""
        self._messages.labels(channel, fate).inc()

    def callback(self, name: str) -> None:
        """What became of a callback, as channels.door counts it: `wechat.bad_message`."""
        channel, _, fate = name.partition(".")
        self._callbacks.labels(channel, fate).inc()

    def push(self, channel: str, fate: str) -> None:
        """sent, queued (again), held, doubt, dead or moved."""
        self._pushes.labels(channel, fate).inc()

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """answer (all of it), understand, commit (the write from its turn to the disk)."""
        with self._seconds.labels(stage).time():
            yield

    def exposed(self, db: Database, clock: Callable[[], datetime]) -> bytes:
        """Everything in Prometheus' text format. StoreFailed when the store cannot be asked."""
        gathered = StoreFigures(db, clock).collect()  # a store that fails must not give half a page
        registry = CollectorRegistry()
        registry.register(_Given(tuple(gathered)))
        if "PROMETHEUS_MULTIPROC_DIR" in os.environ:
            MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
            return generate_latest(registry)
        return generate_latest(self.registry) + generate_latest(registry)


class _Given(Collector):
    """Figures that have been gathered."""

    def __init__(self, figures: tuple[GaugeMetricFamily | CounterMetricFamily, ...]) -> None:
        self._figures = figures

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        yield from self._figures


class StoreFigures:
    """What the store knows, whichever process wrote it."""

    def __init__(self, db: Database, clock: Callable[[], datetime]) -> None:
        self._db = db
        self._clock = clock

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        now = self._clock()
        with self._db.read() as tx:
            figures = vitals.figures(tx, now)
            beats = vitals.beats(tx)
        yield CounterMetricFamily("huying_issues", "Issues recorded", value=figures.issues)
        yield GaugeMetricFamily("huying_open_issues", "Issues open", value=figures.open_issues)
        yield GaugeMetricFamily(
            "huying_outbox_age_seconds", "How long the oldest due push waits", value=figures.age
        )
        yield GaugeMetricFamily("huying_outbox_queued", "Pushes waiting", value=figures.queued)
        yield GaugeMetricFamily("huying_dead_letters", "Pushes given up", value=figures.dead)
        yield GaugeMetricFamily("huying_pushes_in_doubt", "Fate unknown", value=figures.doubt)
        yield GaugeMetricFamily("huying_deferred", "Messages put off", value=figures.deferred)
        alive = GaugeMetricFamily(
            "huying_job_age_seconds", "Since a background job last beat", labels=("job",)
        )
        for job, at in beats.items():
            alive.add_metric((job,), max(0.0, (now - at).total_seconds()))
        yield alive
