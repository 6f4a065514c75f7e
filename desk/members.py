"""双报到: in-service members report to the community and to their estate's branch, are placed in a
team and a grid with the reason, and serve. A report counts when a named clerk has confirmed it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta

from data.practice_rows import Bond, Line, Member
from data.rows import Person, Team
from data.tables import issues, people
from data.tables import journal as journal_table
from data.tables import members as table
from desk import access, journal, notices
from desk.enrolling import Enrolment
from desk.rules.lifecycle import Forbidden
from desk.rules.placing import Placed, place
from desk.service import Act

KIND = "member"
YEAR = timedelta(days=365)


def number(act: Act, member: Member) -> str:
    """员-12."""
    return f"{act.say('number.member')}-{member.number}"


def report(act: Act, said: Enrolment, person: Person, source: str = "chat") -> Member:
    """报到: entered, placed, and put before the two clerks. Who is listed already is not twice."""
    known = table.of_person(act.tx, person.id)
    listed = _listed(act, said, person) if known is None else None
    if listed is not None:
        return _apply(act, listed, person)
    person = _described(act, said, person)
    member = _placed(act, _entered(act, said, person, known, source), person)
    if known is None:
        member = replace(member, id=table.add(act.tx, member))
    else:
        table.save(act.tx, member)
    line = log(act, member, "report", {"source": source, "unit": member.unit})
    _tell_clerks(act, member, person, said.name, line)
    return member


def _listed(act: Act, said: Enrolment, person: Person) -> Member | None:
    """The one of that name and unit whom an import brought and nobody has claimed."""
    found = table.named(act.tx, said.name, said.unit)
    free = [m for m in found if m.person != person.id and m.state == "listed"]
    return free[0] if len(free) == 1 else None


def _apply(act: Act, listed: Member, person: Person) -> Member:
    """An account says it is this listed member; a clerk sees to it that it is."""
    member = replace(listed, state="reported", applicant=person.id)
    table.save(act.tx, member)
    line = log(act, member, "report", {"source": "chat", "unit": member.unit})
    _tell_clerks(act, member, _person(act, member), person.name, line)
    return member


def _entered(
    act: Act, said: Enrolment, person: Person, known: Member | None, source: str
) -> Member:
    before = known or Member(
        id=0, number=issues.next_number(act.tx, KIND), person=person.id, state="reported",
        team=None, unit="", occupation="", skills=(), times=(), tags=(), grid=None, placed=None,
        reason="", applicant=None, source=source, created_at=act.now, community_at=None,
        community_clerk=None, branch_at=None, branch_clerk=None,
    )  # fmt: skip
    return replace(
        before,
        state="confirmed" if before.state == "confirmed" else "reported",
        team=said.team or before.team,
        unit=said.unit or before.unit,
        occupation=said.occupation or before.occupation,
        skills=said.skills or before.skills,
        times=said.times or before.times,
        tags=tuple(dict.fromkeys(before.tags + said.tags)),
    )


def _described(act: Act, said: Enrolment, person: Person) -> Person:
    """Name, phone and home as they were said; what staff have entered stays."""
    if person.role != "resident":
        return person
    home = said.place if said.place and said.place.estate else None
    changed = replace(person, name=person.name or said.name, phone=person.phone or said.phone)
    if home:
        changed = replace(
            changed,
            estate=home.estate,
            building=home.building,
            unit=home.unit,
            room=home.room,
            grid=act.service.understander.grid_of(home),
        )
    people.put(act.tx, changed)
    return changed


def _placed(act: Act, member: Member, person: Person) -> Member:
    found = find_place(act, member, person)
    return replace(
        member, grid=found.grid or person.grid, placed=found.team, reason=reason(act, found)
    )


def find_place(act: Act, member: Member, person: Person) -> Placed:
    """The team and the grid by rule."""
    teams = [team for team in act.roster.teams.values() if team.source == "teams"]
    grids = act.roster.path(person.grid)
    return place(member.skills, person.estate, grids, teams, table.counted(act.tx, "placed"))


def reason(act: Act, found: Placed) -> str:
    grid = act.roster.grids.get(found.grid or "")
    return act.say(f"placing.{found.reason}", **found.words, grid=grid.name if grid else "")


def clerks(act: Act, member: Member) -> tuple[str, ...]:
    """落实专人登记: the community's desk, and the grid worker of the estate for its branch."""
    branch = [act.roster.grids[code].person for code in act.roster.path(member.grid)]
    found = (*access.reviewers(act)[:1], *[p for p in branch if p][:1])
    return tuple(dict.fromkeys(found))


def _by_which_name(act: Act, person: Person, said: str) -> str:
    """The account's name; the one he gave as well where it is another: the clerk must see it."""
    if said and said != person.name:
        return act.say("member.other_name", name=person.name, said=said)
    return person.name


def _tell_clerks(act: Act, member: Member, person: Person, said: str, line: Line) -> None:
    text = act.say(
        "member.to_confirm",
        number=number(act, member),
        name=_by_which_name(act, person, said),
        unit=member.unit,
        skills="、".join(member.skills),
        estate=person.estate or "",
        reason=member.reason,
    )
    for clerk in clerks(act, member):
        journal.tell(act, line, clerk, text)


def confirm(act: Act, member: Member) -> Member:
    """确认: by the community's desk, or by the estate's grid worker for its branch; the first of
    the two makes him a member, both together are the double report."""
    if member.state == "left":
        raise Forbidden("status")
    desk = access.may(act, "secretary") and member.community_at is None
    leads = [act.roster.grids[code].person for code in act.roster.path(member.grid)]
    branch = act.person.id in leads and member.branch_at is None
    if not desk and not branch:
        has_part = access.may(act, "secretary") or act.person.id in leads
        raise Forbidden("status" if has_part else "person")
    changed = _joined(act, replace(member, state="confirmed"))
    if desk:
        changed = replace(changed, community_at=act.now, community_clerk=act.person.id)
    if branch:
        changed = replace(changed, branch_at=act.now, branch_clerk=act.person.id)
    table.save(act.tx, changed)
    data = {"community": bool(desk), "branch": bool(branch), "person": changed.person}
    line = log(act, changed, "confirm", data)
    both = changed.community_at and changed.branch_at
    text = act.say(
        "member.confirmed_both" if both else "member.confirmed",
        number=number(act, changed), clerk=act.person.name, reason=changed.reason,
    )  # fmt: skip
    if notices.can_reach(act, changed.person):
        journal.tell(act, line, changed.person, text)
    _tell_team(act, changed, line, first=member.state != "confirmed")
    return changed


def _joined(act: Act, member: Member) -> Member:
    """The account that said it was this member is his from now on."""
    if member.applicant is None:
        return member
    applicant, member = member.applicant, replace(member, applicant=None)
    table.save(act.tx, member)
    people.join_accounts(act.tx, applicant, member.person)
    return member


def _tell_team(act: Act, member: Member, line: Line, *, first: bool) -> None:
    team = act.roster.teams.get(member.placed or "")
    if first and team:
        person = _person(act, member)
        skills = "、".join(member.skills)
        text = act.say("member.joins", name=person.name, skills=skills, team=team.name)
        for lead in team.members[:1]:
            journal.tell(act, line, lead, text)


def tag(act: Act, member: Member, tags: tuple[str, ...]) -> Member:
    """Role tags: 宣讲 参议 示范 安全, and the themes of 六心."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    changed = replace(member, tags=tags)
    table.save(act.tx, changed)
    log(act, changed, "tag", {"tags": list(tags)})
    return changed


def report_unit(act: Act, team: Team, estate: str | None) -> Bond | None:
    """单位报到: by one of its people; with an estate it answers for it from now on (包联)."""
    if act.person.id not in team.members and not access.may(act, "secretary"):
        raise Forbidden("person")
    made = None
    others = {bond.team for bond in table.bonds_of(act.tx, "steward") if bond.estate == estate}
    if estate and team.code not in others:
        made = Bond(
            id=0, kind="steward", title=act.say("bond.unit"), person=None, team=team.code,
            target=None, estate=estate, building=None, unit=None, since=act.now, until=None,
        )  # fmt: skip
        table.bond(act.tx, made)
    line = journal.append(act, "unit", team.code, "report", data={"estate": estate})
    text = act.say("unit.reported", team=team.name, estate=estate or "")
    for person in access.reviewers(act):
        journal.tell(act, line, person, text)
    return made


def outcomes(act: Act) -> list[tuple[str, int]]:
    """What each unit's people have brought to its end, from the journal; the most first."""
    units = {m.person: m.unit for m in table.page(act.tx, 0, 100_000) if m.unit}
    counts: dict[str, int] = {}
    for kind in ("wish", "demand"):
        for line in journal_table.done(act.tx, kind, "confirm", act.now - YEAR, act.now):
            unit = units.get(str(line.data.get("person", "")), "")
            if unit:
                counts[unit] = counts.get(unit, 0) + 1
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))


def log(act: Act, member: Member, action: str, data: Mapping[str, object]) -> Line:
    return journal.append(act, KIND, str(member.number), action, "", data, member.state)


def _person(act: Act, member: Member) -> Person:
    found = people.by_id(act.tx, member.person)
    if found is None:
        raise Forbidden("status")
    return found
