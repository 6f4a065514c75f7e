"""Whom a topic is talked over with: the right roles of its place, units, and single people."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from data.council_rows import Invitee, Topic
from data.rows import Team
from data.tables import members
from data.tables import topics as table
from desk import journal, topics, wording
from desk.rules.lifecycle import Forbidden
from desk.service import Act

MOST = 8  # people asked as one role


@dataclass(frozen=True, slots=True)
class Guest:
    """Somebody to be asked, and as what."""

    person: str
    role: str
    team: str | None = None


def roles(act: Act) -> tuple[str, ...]:
    """党员, 组长, 居民代表, 业委会, 专业人士 …: the roles this community asks."""
    return act.service.content.words["council_roles"]


def of_role(act: Act, topic: Topic, role: str) -> list[Guest]:
    """Who has that role at the topic's place: by title there, by tag, or through a kind of unit."""
    found = [*_titled(act, topic, role), *_tagged(act, topic, role), *_units(act, topic, role)]
    return list({guest.person: guest for guest in reversed(found)}.values())[::-1][:MOST]


def _titled(act: Act, topic: Topic, role: str) -> Iterable[Guest]:
    for kind in ("steward", "committee"):
        for bond in members.bonds_of(act.tx, kind):
            here = not bond.estate or not topic.estates or bond.estate in topic.estates
            if bond.person and here and role in bond.title:
                yield Guest(bond.person, role, bond.team)


def _tagged(act: Act, topic: Topic, role: str) -> Iterable[Guest]:
    """Confirmed members who carry the tag, those who live there first."""
    marked = [m for m in members.with_word(act.tx, role) if m.state == "confirmed"]
    at_home = {
        member.person
        for estate in topic.estates
        for member, _ in members.in_building(act.tx, estate, None)
    }
    for member in sorted(marked, key=lambda m: (m.person not in at_home, m.number)):
        yield Guest(member.person, role)


def _units(act: Act, topic: Topic, role: str) -> Iterable[Guest]:
    kinds = act.service.content.replies
    kind = next((k for k in _KINDS if kinds[f"council.kind.{k}"] == role), None)
    for team in act.roster.teams.values():
        covers = not team.areas or not topic.estates or set(team.areas) & set(topic.estates)
        if kind == team.kind and covers and team.members:
            yield Guest(team.members[0], role, team.code)


_KINDS = ("property", "police", "mediation")


def of_team(team: Team) -> Guest:
    """A unit is asked through whoever leads it."""
    if not team.members:
        raise Forbidden("note")
    return Guest(team.members[0], team.name, team.code)


def available(act: Act, topic: Topic) -> Mapping[str, list[Guest]]:
    """Every role that somebody has at the topic's place."""
    return {role: found for role in roles(act) if (found := of_role(act, topic, role))}


def invite(
    act: Act, topic: Topic, guests: Sequence[Guest], at: datetime | None, venue: str
) -> tuple[Topic, list[Guest]]:
    """邀请: each is told what it is about, when and where; nobody is asked twice."""
    step = topics.take(act, topic, "invite", "")
    changed = replace(
        topic, status=step.to, meets_at=at or topic.meets_at, venue=venue or topic.venue
    )
    fresh = [
        guest
        for guest in guests
        if table.invite(
            act.tx,
            Invitee(0, topic.id, guest.person, guest.role, guest.team, "invited", act.now),
        )
    ]
    data = {"roles": sorted({guest.role for guest in fresh}), "count": len(fresh)}
    line = topics.moved(act, changed, "invite", data=data)
    text = topics.say(act, changed, "invited", when=when(act, changed), venue=changed.venue)
    journal.tell_each(act, line, (guest.person for guest in fresh), text)
    return changed, fresh


def when(act: Act, topic: Topic) -> str:
    return wording.moment(topic.meets_at, act) if topic.meets_at else act.say("topic.no_time")


def answer(act: Act, topic: Topic, *, coming: bool) -> Invitee:
    """参加 or 不参加, by whoever was asked; the chair hears of it."""
    row = _mine(act, topic)
    if topic.status not in ("invited", "meeting", "voting") or row.state == "came":
        raise Forbidden("status")
    changed = replace(row, state="coming" if coming else "declined", at=act.now)
    table.save_invitee(act.tx, changed)
    line = topics.log(act, topic, "answer", data={"coming": coming})
    name = act.person.name or act.say("card.resident")
    key = "coming" if coming else "declined"
    text = topics.say(act, topic, key, name=name, role=row.role)
    journal.tell_each(act, line, (topic.chair,), text)
    return changed


def came(act: Act, topic: Topic) -> Invitee:
    """签到: whoever was asked and is there."""
    row = _mine(act, topic)
    if topic.status not in ("meeting", "voting") or row.state == "came":
        raise Forbidden("status")
    changed = replace(row, state="came", at=act.now)
    table.save_invitee(act.tx, changed)
    topics.log(act, topic, "attend", data={"role": row.role})
    return changed


def _mine(act: Act, topic: Topic) -> Invitee:
    found = [row for row in table.invitees(act.tx, topic.id) if row.person == act.person.id]
    if not found:
        raise Forbidden("person")
    return found[0]
