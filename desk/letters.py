"""以季度为单位: a letter to each member, each employer and each resident who asked for something.

Counted from the ledger and the logs; checked before it leaves: no letter names anybody but whom
it is to (and, to an employer, its own people), no telephone, no door.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from html import escape
from typing import Literal

from data.council_rows import Points
from data.practice_rows import Member
from data.rows import Issue
from data.tables import board
from data.tables import issues as issue_table
from data.tables import members as member_table
from data.tables import points as table
from desk import journal, points, ratings
from desk.ratings import Tally
from desk.rules.deadlines import LOCAL
from desk.rules.privacy import leaks
from desk.rules.quarters import Quarter
from desk.service import Act

EVERYBODY = 100_000
DONE = ("done", "closed")


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter; `leaks` is what it must not say, empty when it may leave."""

    kind: Literal["member", "unit", "resident"]
    name: str  # of its file
    text: str
    leaks: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """What a quarter's letters are written from, read once."""

    quarter: Quarter
    members: tuple[Member, ...]
    names: Mapping[str, str]  # of members, by person
    earned: Mapping[str, tuple[Points, ...]]
    people: Mapping[str, Tally]
    units: Mapping[str, Tally]
    issues: Mapping[str, tuple[Issue, ...]]  # by reporter
    reporters: Mapping[str, str]  # their names


def facts(act: Act, quarter: Quarter) -> Facts:
    since, until = quarter.since, quarter.until
    found = [
        member
        for member in member_table.page(act.tx, 0, EVERYBODY)
        if member.state == "confirmed" and _confirmed(member) < until
    ]
    earned: dict[str, list[Points]] = defaultdict(list)
    for row in table.between(act.tx, since, until):
        earned[row.person].append(row)
    reported: dict[str, list[Issue]] = defaultdict(list)
    for issue in issue_table.since(act.tx, since, EVERYBODY):
        if issue.created_at < until and not act.service.category(issue.category).private:
            reported[issue.reporter].append(issue)
    known = board.names(act.tx, [*(member.person for member in found), *reported])
    return Facts(
        quarter=quarter,
        members=tuple(found),
        names={member.person: known.get(member.person, "") for member in found},
        earned={who: tuple(rows) for who, rows in earned.items()},
        people=ratings.of_people(act, since, until),
        units=ratings.of_units(act, since, until),
        issues={who: tuple(rows) for who, rows in reported.items()},
        reporters={who: known.get(who, "") for who in reported},
    )


def _confirmed(member: Member) -> datetime:
    found = [at for at in (member.community_at, member.branch_at) if at]
    return min(found) if found else member.created_at


def write(act: Act, quarter: Quarter) -> Iterator[Letter]:
    """Every letter of a quarter."""
    known = facts(act, quarter)
    for member in known.members:
        yield _checked(act, known, "member", str(member.number), of_member(act, known, member),
                       {member.person})  # fmt: skip
    by_unit: dict[str, list[Member]] = defaultdict(list)
    for member in known.members:
        if member.unit:
            by_unit[member.unit].append(member)
    for number, (unit, staff) in enumerate(sorted(by_unit.items()), 1):
        text = of_unit(act, known, unit, staff)
        yield _checked(act, known, "unit", str(number), text, {m.person for m in staff})
    residents = sorted(who for who in known.issues if who not in act.roster.staff)
    for number, who in enumerate(residents, 1):
        yield _checked(act, known, "resident", str(number), of_resident(act, known, who), {who})


def _checked(
    act: Act, known: Facts, kind: Literal["member", "unit", "resident"], number: str, text: str,
    addressed: set[str],
) -> Letter:  # fmt: skip
    """A letter with what is wrong with it. A name that an addressee bears too is his."""
    own = {known.names.get(who) or known.reporters.get(who) or "" for who in addressed}
    everybody = {**known.names, **known.reporters}
    others = {name for name in everybody.values() if name and name not in own}
    found = leaks(text, sorted(name for name in others if not any(name in o for o in own)))
    stem = f"{known.quarter.name}-{act.say(f'letter.file.{kind}')}-{number}"
    return Letter(kind, stem, text, tuple(found))


def of_member(act: Act, known: Facts, member: Member) -> str:
    rows = known.earned.get(member.person, ())
    said = known.people.get(member.person, Tally(0, 0))
    return act.say(
        "letter.member",
        name=known.names[member.person],
        community=act.service.content.about.name,
        quarter=known.quarter.name,
        unit=member.unit or act.say("letter.no_unit"),
        points=sum(row.points for row in rows),
        lines=_lines(act, rows) or act.say("letter.nothing"),
        good=said.good,
        all=said.all,
    )


def _lines(act: Act, rows: tuple[Points, ...]) -> str:
    """What it was for, how often, how many points; what was taken back counts back."""
    titles = points.titles(act.service)
    counts: Counter[str] = Counter()
    sums: Counter[str] = Counter()
    for row in rows:
        title = titles.get((row.rule, row.version), row.rule)
        counts[title] += -1 if row.undone else 1
        sums[title] += row.points
    return "\n".join(
        act.say("letter.line", title=title, count=counts[title], points=sums[title])
        for title in sorted(counts)
        if counts[title] or sums[title]
    )


def of_unit(act: Act, known: Facts, unit: str, staff: list[Member]) -> str:
    """To an employer: its own people, what they did, and what residents said of the unit."""
    lines = []
    for member in staff:
        rows = known.earned.get(member.person, ())
        lines.append(
            act.say(
                "letter.colleague",
                name=known.names[member.person],
                count=sum(-1 if row.undone else 1 for row in rows),
                points=sum(row.points for row in rows),
            )
        )
    team = staff[0].team or unit
    said = [known.units[key] for key in {unit, team} if key in known.units]
    return act.say(
        "letter.unit",
        unit=unit,
        community=act.service.content.about.name,
        quarter=known.quarter.name,
        count=len(staff),
        lines="\n".join(lines),
        good=sum(tally.good for tally in said),
        all=sum(tally.all for tally in said),
    )


def of_resident(act: Act, known: Facts, person: str) -> str:
    """To whoever asked for something: what became of it, and what was done for everybody."""
    own = known.issues.get(person, ())
    by_kind = Counter(act.service.category(issue.category).name for issue in own)
    done = sum(issue.status in DONE for issue in own)
    lines = [act.say("letter.asked", name=n, count=count) for n, count in sorted(by_kind.items())]
    served = sum(
        not row.undone for rows in known.earned.values() for row in rows if row.rule != "report"
    )
    return act.say(
        "letter.resident",
        name=known.reporters.get(person, "") or act.say("card.resident"),
        community=act.service.content.about.name,
        quarter=known.quarter.name,
        count=len(own),
        done=done,
        lines="\n".join(lines),
        members=len(known.members),
        served=served,
    )


def page(act: Act, letter: Letter) -> str:
    """The letter as a page to print."""
    first, *rest = letter.text.split("\n")
    body = "\n".join(f"<p>{escape(line)}</p>" for line in rest if line)
    return act.say("letter.page", title=escape(first), body=body)


def log(act: Act, quarter: Quarter, counts: Mapping[str, int]) -> None:
    """That they were written, how many, and how many were held back."""
    local = f"{act.now.astimezone(LOCAL):%Y-%m-%d}"
    journal.append(act, "letter", quarter.name, "write", local, dict(counts))
