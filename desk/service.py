"""What every operation of the desk has at hand: content, settings, roster, words, working days."""

from __future__ import annotations

import logging
import threading
from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import date, datetime

import chinese_calendar

from data.contents import Category, Content
from data.database import Tx
from data.overlay import Misfit, lay
from data.rows import Person, Role
from data.settings import Settings
from data.staff_rows import Amendment
from desk.album import Album
from desk.columns import ColumnCache
from desk.metrics import Metrics
from desk.roster import Roster, RosterCache, knowledge
from desk.rules.deadlines import LOCAL
from desk.rules.quiet import waking
from nlp import Understander

log = logging.getLogger(__name__)
PATIENCE = 4.0  # seconds: WeChat hangs up after five, and delivers again


def is_workday(day: date) -> bool:
    """Whether people work that day in China; beyond the published holidays, Monday to Friday."""
    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def holidays_known(day: date) -> bool:
    """Whether that day's year has been published: beyond it, `is_workday` only guesses."""
    try:
        chinese_calendar.is_workday(day)
    except NotImplementedError:
        return False
    return True


class NotReady(RuntimeError):  # noqa: N818
    """Nothing can be understood yet, or its knowledge cannot be built: nothing was done."""


class Service:
    """One community's desk, shared by all threads; it holds nothing of any one message."""

    def __init__(self, content: Content, settings: Settings, pushable: tuple[str, ...]) -> None:
        self.shipped, self._given = content, settings
        # As amended by the community; whoever reads the roster first sees that they have changed.
        self.content, self.settings = content, settings
        self.misfits: tuple[Misfit, ...] = ()
        self.metrics = Metrics()
        self.album = Album(settings.photos)
        self.columns = ColumnCache()
        self.pushable = pushable  # channels over which a person can be pushed to, best first
        self._understander: Understander | None = None
        self._failure: Exception | None = None  # why the latest build came to nothing
        self._wanted: Roster | None = None  # what the next build is for
        self._building = threading.Lock()
        self._ready = threading.Condition()
        self._roster = RosterCache(self._roster_changed)

    def roster(self, tx: Tx) -> Roster:
        return self._roster.get(tx)

    def roster_within(self, tx: Tx) -> Roster:
        """The roster in the middle of a transaction that writes."""
        return self._roster.within(tx)

    @property
    def understander(self) -> Understander:
        """The present one. NotReady when the first takes longer than a vendor waits, or failed."""
        self.prepared(PATIENCE)
        with self._ready:
            if self._understander is None:
                raise NotReady("the understander is not ready") from self._failure
            return self._understander

    def prepared(self, patience: float | None) -> bool:
        """Whether messages can be understood; waits so many seconds for the very first build."""
        with self._ready:
            self._ready.wait_for(lambda: self._understander or self._failure, patience)
            return self._understander is not None

    def _roster_changed(self, roster: Roster) -> None:
        self._wanted = roster
        laid = lay(self.shipped, self._given, roster.amendments)
        self.content, self.settings, self.misfits = laid.content, laid.settings, laid.misfits
        threading.Thread(target=self._build, args=(roster,), daemon=True, name="build").start()

    def _build(self, roster: Roster) -> None:
        """One at a time; a version that is no longer the latest is not built at all."""
        with self._building:
            if roster is self._wanted:
                self._build_latest(roster)

    def _build_latest(self, roster: Roster) -> None:
        try:
            built = self.understander_of(self.content, roster)
        except NotReady as failure:
            log.exception("understanding for roster version %s cannot be built", roster.version)
            with self._ready:
                self._failure = failure
                self._ready.notify_all()
            return
        with self._ready:
            self._understander, self._failure = built, None
            self._ready.notify_all()
        built.warm()  # messages do not wait for it
        log.info("understanding ready for roster version %s", roster.version)

    def understander_of(self, content: Content, roster: Roster) -> Understander:
        """An understander of this content; it takes a second. NotReady if it cannot be built."""
        known = knowledge(content, roster, self.shipped)
        try:
            return Understander(known, self.settings.cache_dir)
        except Exception as failure:
            raise NotReady(str(failure)) from failure

    def looking_ahead(self, amendments: Sequence[Amendment]) -> Service:
        """The same desk as it would be with these amendments."""
        ahead = copy(self)
        laid = lay(self.shipped, self._given, amendments)
        ahead.content, ahead.settings, ahead.misfits = laid.content, laid.settings, laid.misfits
        return ahead

    def is_workday(self, day: date) -> bool:
        """Whether people work that day here: the calendar's word, and the community's own days."""
        about = self.content.about
        if day in about.days_off or day in about.days_on:
            return day in about.days_on
        return is_workday(day)

    def category(self, code: str) -> Category:
        """A category; one that has left the catalogue goes on under its code."""
        known = self.content.catalogue.get(code)
        return known or Category(
            code=code, top="", sub=code, name=code, owner="community", level="U3", limit="15d"
        )

    def waking(self, at: datetime) -> datetime:
        """When what is not urgent may be told: now, or after the quiet hours."""
        quiet = self.settings.quiet
        if quiet.hours == "off" or (quiet.hours == "auto" and self.settings.simulated):
            return at
        return waking(at, quiet.start, quiet.end)

    def say(self, reply: str, /, **words: object) -> str:
        """A reply of replies.toml with its blanks filled."""
        return self.content.replies[reply].format(**words)


@dataclass(frozen=True)
class Act:
    """One operation under way: its transaction, its moment, and who acts."""

    tx: Tx
    service: Service
    person: Person
    now: datetime
    roster: Roster = field(repr=False)
    touched: list[int] = field(default_factory=list, repr=False)  # issues in whose log it wrote

    def say(self, reply: str, /, **words: object) -> str:
        return self.service.say(reply, **words)


def nobody(person: str, now: datetime, *, name: str = "", role: Role = "resident") -> Person:
    """A person of whom nothing else is known."""
    return Person(
        id=person,
        name=name,
        role=role,
        phone="",
        estate=None,
        building=None,
        unit=None,
        room=None,
        grid=None,
        invite=None,
        noticed_at=None,
        created_at=now,
    )


SYSTEM = nobody("system", datetime(2026, 1, 1, tzinfo=LOCAL), role="admin")
