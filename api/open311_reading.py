"""Service requests as they are read: which were asked for, and what may be shown of each."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic_core import PydanticCustomError

from api.issues import named
from api.open311_forms import Entry
from api.open311_taking import CHANNEL
from api.problems import Problem
from api.shapes import moment
from data.rows import Issue
from data.tables import issues as table
from data.tables import ledger
from data.tables.ledger import Wanted
from desk import access, views, wording
from desk.hidden import masked
from desk.service import Act

SPAN = timedelta(days=90)
MOST = 1000
_BATCH = 500
_LOOKED_AT = 20_000
_STATUSES = {
    "open": ("assigned", "accepted", "paused"),
    "closed": ("done", "closed", "withdrawn", "merged", "rejected"),
}


@dataclass(frozen=True)
class Asked:
    """The parameters of GET requests; `references` overrides all others."""

    references: tuple[str, ...] = ()
    codes: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    @classmethod
    def of(cls, args: Mapping[str, str]) -> Asked:
        statuses = _several(args, "status")
        if not set(statuses) <= set(_STATUSES):
            raise Problem("invalid", "status")
        start, end = _moment(args, "start_date"), _moment(args, "end_date")
        if start and end and end - start > SPAN:
            raise Problem("span_too_long")
        return cls(
            references=_several(args, "service_request_id"),
            codes=_several(args, "service_code"),
            statuses=tuple(s for status in statuses for s in _STATUSES[status]),
            start=start,
            end=end,
        )

    def span(self, now: datetime) -> tuple[datetime, datetime]:
        """The days asked for; the last 90 unless something was said."""
        if self.start and not self.end:
            return self.start, self.start + SPAN
        end = self.end or now + timedelta(seconds=1)
        return self.start or end - SPAN, end


def _several(args: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(each.strip() for each in args.get(name, "").split(",") if each.strip())


def _moment(args: Mapping[str, str], name: str) -> datetime | None:
    if not args.get(name):
        return None
    try:
        # A plus sign that was not escaped has become a blank on its way.
        return moment(args[name].replace(" ", "+"))
    except PydanticCustomError as error:
        raise Problem("invalid", name) from error


@dataclass(frozen=True)
class Reader:
    """Reads for a key's person, or (`public`) for anybody."""

    act: Act
    public: bool

    def find(self, asked: Asked) -> list[Entry]:
        """The newest first, at most a thousand."""
        found: list[Entry] = []
        for issue in self._candidates(asked):
            if self._may_see(issue):
                found.append(self._entry(issue))
            if len(found) == MOST:
                break
        return found

    def _candidates(self, asked: Asked) -> Iterator[Issue]:
        if asked.references:
            yield from filter(None, (named(self.act, each) for each in asked.references[:MOST]))
            return
        since, until = asked.span(self.act.now)
        wanted = Wanted(statuses=asked.statuses, categories=asked.codes, since=since, until=until)
        before: int | None = None
        for _ in range(_LOOKED_AT // _BATCH):
            batch = ledger.search(self.act.tx, wanted, before, _BATCH)
            yield from batch
            if len(batch) < _BATCH:
                return
            before = batch[-1].id

    def _may_see(self, issue: Issue) -> bool:
        if self.public:
            return not views.confidential(self.act, issue)
        return access.may_see(self.act, issue, self.act.person)

    def _entry(self, issue: Issue) -> Entry:
        act = self.act
        last = table.last_event(act.tx, issue.id)
        words, address, point = self._words(issue)
        lat, _, long = point.partition(",")
        team = act.roster.teams.get(issue.owner_team or "")
        return {
            "service_request_id": views.reference(issue),
            "status": "open" if issue.status in _STATUSES["open"] else "closed",
            "status_notes": wording.status(issue, act),
            "service_name": act.service.category(issue.category).name,
            "service_code": issue.category,
            "description": words,
            "agency_responsible": team.name if team else act.service.content.about.name,
            "service_notice": None,
            "requested_datetime": _w3c(issue.created_at),
            "updated_datetime": _w3c(last.at if last else issue.created_at),
            "expected_datetime": _w3c(issue.done_due),
            "address": wording.place(issue, act, public=True) or address or None,
            "address_id": None,
            "zipcode": None,
            "lat": float(lat) if lat else None,
            "long": float(long) if long else None,
            "media_url": None,
        }

    def _words(self, issue: Issue) -> tuple[str | None, str, str]:
        """Description, address and point; in public only of what came in for the public."""
        if self.public and issue.channel != CHANNEL:
            return None, "", ""
        text = masked(self.act, issue, issue.text)
        say = self.act.service.say
        text, point = _cut(text, say("open311.point", point=""))
        text, address = _cut(text, say("open311.address", address=""))
        return text, address, point if re.fullmatch(r"[^,]+,[^,]+", point) else ""


def _cut(text: str, heading: str) -> tuple[str, str]:
    """A text and its last line, if that bears this heading."""
    before, found, after = text.rpartition(f"\n{heading}")
    return (before, after.strip()) if found and "\n" not in after else (text, "")


def _w3c(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
