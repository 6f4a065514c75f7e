"""兼任委员: a property manager on the residents' committee, a police officer in the branch, the
mediation committee. Each has a queue of his own, and reads no more than his office needs."""

from __future__ import annotations

from dataclasses import replace

from data.council_rows import FollowUp, Topic
from data.practice_rows import Bond
from data.rows import Issue, Person, Team
from data.tables import issues as issue_table
from data.tables import ledger, members
from data.tables import topics as topic_table
from desk import access, journal, wording
from desk.rules.lifecycle import Forbidden
from desk.service import Act

KIND = "committee"
AREAS = {
    "property": ("property", "repair", "env"),
    "police": ("legal", "safety"),
}  # which categories a kind of unit hears of in its estates
OPEN = ("assigned", "accepted")


def appoint(act: Act, person: Person, title: str, estate: str | None) -> Bond:
    """聘任: by those who review; he hears of it, and finds his queue."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if any(b.person == person.id and b.title == title for b in members.bonds_of(act.tx, KIND)):
        raise Forbidden("status")
    teams = act.roster.teams_of(person.id)
    bond = Bond(
        id=0, kind=KIND, title=title, person=person.id, team=teams[0] if teams else None,
        target=None, estate=estate, building=None, unit=None, since=act.now, until=None,
    )  # fmt: skip
    members.bond(act.tx, bond)
    line = journal.append(act, KIND, person.id, "appoint", title, {"estate": estate})
    text = act.say("committee.appointed", title=title, estate=estate or "")
    journal.tell_each(act, line, (person.id,), text)
    return bond


def dismiss(act: Act, person: Person) -> int:
    """解聘: his offices end; returns how many there were."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    held = [bond for bond in members.bonds_of(act.tx, KIND) if bond.person == person.id]
    for bond in held:
        members.end_bond(act.tx, replace(bond, until=act.now))
    if held:
        journal.append(act, KIND, person.id, "dismiss")
    return len(held)


def offices(act: Act, person: str) -> list[Bond]:
    return [bond for bond in members.bonds_of(act.tx, KIND) if bond.person == person]


def queue(act: Act) -> tuple[list[str], list[Topic], list[FollowUp]]:
    """委员待办: open issues of his kind in his estates (no reporter, no door, no words of theirs),
    the topics he is asked to, and what he has to do."""
    held = offices(act, act.person.id)
    if not held:
        raise Forbidden("person")
    seen: dict[int, Issue] = {}
    for bond in held:
        team = act.roster.teams.get(bond.team or "")
        for issue in _of_kind(act, bond, team):
            seen[issue.id] = issue
    shown = [_line(act, issue) for issue in seen.values()]
    teams = act.roster.teams_of(act.person.id)
    return (
        shown,
        topic_table.invited_to(act.tx, act.person.id),
        topic_table.owed_by(act.tx, act.person.id, teams),
    )


def _of_kind(act: Act, bond: Bond, team: Team | None) -> list[Issue]:
    """What a unit's kind hears of: in the office's estate, else in the unit's."""
    categories = AREAS.get(team.kind if team else "", ())
    if team is None or not categories:
        return []
    estates = (bond.estate,) if bond.estate else team.areas
    found: list[Issue] = []
    for estate in estates or (None,):
        wanted = ledger.Wanted(statuses=OPEN, categories=categories, estate=estate)
        found += ledger.search(act.tx, wanted, None, 20)
    own = [i for i in issue_table.of_owner(act.tx, "", (team.code,)) if i not in found]
    return [issue for issue in (*own, *found) if not _closed_to(act, issue)]


def _closed_to(act: Act, issue: Issue) -> bool:
    """A private matter, or a complaint about him, is not on his list."""
    private = act.service.category(issue.category).private
    blamed = act.person.id in act.roster.blamed(issue.against)
    return blamed or (private and not access.may_see(act, issue, act.person))


def _line(act: Act, issue: Issue) -> str:
    return act.say(
        "committee.line",
        number=issue.number,
        category=act.service.category(issue.category).name,
        place=wording.place(issue, act, public=True),
        owner=act.roster.owner_name(issue),
        due=wording.moment(issue.done_due, act),
    )
