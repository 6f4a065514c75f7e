"""双报到 in chat: report, be confirmed, posts, check-in by code, and who answers for a building."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from data.practice_rows import Member
from data.rows import Person
from data.tables import members as table
from data.tables import people as people_table
from desk import entry_wording, journal, listing, members, people
from desk.enrolling import Enrolment, read
from handlers import choices
from handlers.listing import listed
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word
from nlp.values import Place

_ENOUGH = 2  # of name, unit, skills, estate: with less nobody can be placed
_COUNT = re.compile(r"([1-9]\d?)[人名个]")
SHOWN = 8
CODE = "report"  # the parameter of the check-in desk's QR code


def report(turn: Turn, said: Said) -> str | None:
    """报到 王春 司法局 法律 泉馨苑, the words in any order; what is missing is asked once."""
    if not said.rest:
        return choices.ask_words(turn, turn.say("member.how"), "member.more", {"said": None})
    return _reported(turn, read(turn.act, said.rest), asked=False)


def _reported(turn: Turn, said: Enrolment, *, asked: bool) -> str:
    missing = said.missing()
    known = turn.person.name if turn.person.role != "resident" or turn.person.name else ""
    if known and "name" in missing:
        missing = tuple(slot for slot in missing if slot != "name")
    if missing and not asked:
        wanted = "、".join(turn.say(f"member.slot.{slot}") for slot in missing)
        question = turn.say("member.ask", wanted=wanted)
        return choices.ask_words(turn, question, "member.more", {"said": asdict(said)})
    if not (said.name or known) or len(missing) > _ENOUGH:
        raise Unclear(turn.say("member.how"))
    return _receipt(turn, members.report(turn.act, said, turn.person))


def _more(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:
    """The answer to the one question; a word that names nothing known is taken for a skill."""
    before = _kept(kept["said"])
    return _reported(turn, before.completed(read(turn.act, text)), asked=kept["said"] is not None)


def _kept(data: Mapping[str, Any] | None) -> Enrolment:
    if data is None:
        return Enrolment()
    place = data["place"]
    lists = {name: tuple(data[name]) for name in ("skills", "times", "tags")}
    home = Place(**{**place, "choices": tuple(place["choices"])}) if place else None
    return Enrolment(**{**data, **lists, "place": home})


def _receipt(turn: Turn, member: Member) -> str:
    names = [turn.act.roster.name_of(clerk) for clerk in members.clerks(turn.act, member)]
    return turn.say(
        "member.reported",
        number=members.number(turn.act, member),
        clerks="、".join(filter(None, names)),
        reason=member.reason,
    )


def for_another(turn: Turn, said: Said) -> str:
    """代报到 王春 司法局 …: at the desk, by the clerk whose name is kept; confirmed at once."""
    found = read(turn.act, said.rest)
    if not found.name:
        raise Unclear(turn.say("member.how"))
    listed_ = table.named(turn.act.tx, found.name, found.unit)
    if len(listed_) == 1:
        member = listed_[0]
    else:
        person = people.known_by_name(turn.act, found.name)
        member = members.report(turn.act, found, person, source="desk")
    member = members.confirm(turn.act, member)
    return turn.say("member.entered", number=members.number(turn.act, member),
                    name=found.name, clerk=turn.person.name, reason=member.reason)  # fmt: skip


def confirm(turn: Turn, said: Said) -> str:
    """确认 员-12."""
    member = members.confirm(turn.act, find(turn, said))
    both = member.community_at and member.branch_at
    key = "member.confirm_both" if both else "member.confirm_done"
    return turn.say(key, number=members.number(turn.act, member))


def tag(turn: Turn, said: Said) -> str:
    """标签 员-12 宣讲、示范."""
    member = find(turn, said)
    words = turn.act.service.content.words
    known = (*words["member_tags"], *words["council_roles"])
    tags = tuple(word for word in known if word in said.rest)
    if not tags:
        raise Unclear(turn.say("member.which_tags", tags="、".join(known)))
    members.tag(turn.act, member, tags)
    return turn.say("member.tagged", number=members.number(turn.act, member), tags="、".join(tags))


def find(turn: Turn, said: Said) -> Member:
    member = table.by_number(turn.act.tx, said.number)
    if member is None:
        letter = turn.say("number.member")
        raise Unclear(turn.say("which.unknown", number=f"{letter}-{said.number}"))
    return member


def details(turn: Turn, said: Said) -> str:
    """查看 员-12: everything, and that it was looked at is written down."""
    member = find(turn, said)
    person = people_table.by_id(turn.act.tx, member.person)
    members.log(turn.act, member, "disclose", {})
    name, phone = (person.name, person.phone) if person else ("", "")
    return turn.say("member.details", name=name, phone=phone, **_words(turn, member, person))


def ledger(turn: Turn, said: Said) -> str:
    """名册 法律: members with a skill or tag; names and phones are not shown in a list."""
    found = (
        table.with_word(turn.act.tx, said.rest, SHOWN)
        if said.rest
        else table.page(turn.act.tx, 0, SHOWN)
    )
    if not found:
        return turn.say("member.none")
    lines = []
    for member in found:
        person = people_table.by_id(turn.act.tx, member.person)
        name = turn.say("member.masked", first=person.name[:1]) if person and person.name else ""
        lines.append(turn.say("member.line", name=name, **_words(turn, member, person)))
    total = sum(table.counted(turn.act.tx, "state").values())
    return turn.say("member.list", total=total, lines="\n".join(lines))


def _words(turn: Turn, member: Member, person: Person | None) -> dict[str, str]:
    team = turn.act.roster.teams.get(member.placed or "")
    return {
        "number": members.number(turn.act, member),
        "unit": member.unit,
        "skills": "、".join(member.skills),
        "times": "、".join(member.times),
        "tags": "、".join(member.tags),
        "estate": (person.estate or "") if person else "",
        "team": team.name if team else turn.say("member.no_team"),
        "state": turn.say(f"member.state.{member.state}"),
    }


def unit(turn: Turn, said: Said) -> str:
    """单位报到 泉馨苑: a unit reports; with an estate it answers for it (包联)."""
    teams = turn.act.roster.teams_of(turn.person.id)
    named = read(turn.act, said.rest)
    code = named.team or (teams[0] if teams else None)
    if code is None:
        raise Unclear(turn.say("unit.which"))
    estate = named.place.estate if named.place else None
    members.report_unit(turn.act, turn.act.roster.teams[code], estate)
    return turn.say("unit.done", team=turn.act.roster.teams[code].name, estate=estate or "")


def stewards(turn: Turn, said: Said) -> str:
    """谁包我楼: the grid's people, the stewards from the estate to the stairway, the unit."""
    place = turn.act.service.understander.place(said.rest) if said.rest else None
    home = place if place and place.estate else _home(turn)
    if home is None or home.estate is None:
        raise Unclear(turn.say("steward.where"))
    grid = turn.act.service.understander.grid_of(home) or turn.person.grid
    lines = [
        turn.say("steward.grid", grid=node.name, name=lead.name, phone=lead.phone)
        for code in turn.act.roster.path(grid)
        if (node := turn.act.roster.grids[code])
        and (lead := turn.act.roster.staff.get(node.person or ""))
    ]
    for bond in table.stewards(turn.act.tx, home.estate, home.building, home.unit):
        team = turn.act.roster.teams.get(bond.team or "")
        name = team.name if team else entry_wording.name_of(turn.act, bond.person or "")
        lines.append(turn.say("steward.line", title=bond.title, name=name))
    if not lines:
        return turn.say("steward.none")
    return turn.say("steward.list", estate=home.estate, lines="\n".join(lines))


def _home(turn: Turn) -> Place | None:
    person = turn.person
    return Place(person.estate, person.building, person.unit) if person.estate else None


def post(turn: Turn, said: Said) -> str:
    """设岗 楼道巡查 2人 泉馨苑: a post by need; who claims it answers for it by name."""
    place = turn.act.service.understander.place(said.rest)
    pieces = said.rest.split()
    counts = [int(found[1]) for piece in pieces if (found := _COUNT.fullmatch(piece))]
    capacity = counts[0] if counts else 1
    words = [
        piece
        for piece in pieces
        if not _COUNT.fullmatch(piece) and not turn.act.service.understander.place(piece)
    ]
    if not words:
        raise Unclear(turn.say("post.how"))
    entry = listing.propose(
        turn.act,
        listing.Proposal(
            kind="post",
            title=" ".join(words),
            text=said.rest,
            estate=place.estate if place else None,
            building=place.building if place else None,
            grid=place.grid if place else None,
            capacity=capacity,
        ),
    )
    number = entry_wording.number(turn.act, entry)
    return turn.say("post.done", number=number, title=entry.title, count=capacity)


def posts(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    return listed(turn, "post", "post.none", "post.list")


def compare(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """对比榜: by what was done, and only where the community has switched it on."""
    if not turn.act.service.settings.practices.compare:
        return turn.say("compare.off")
    counts = members.outcomes(turn.act)
    lines = [turn.say("compare.line", unit=unit, count=count) for unit, count in counts[:SHOWN]]
    return turn.say("compare.list", lines="\n".join(lines)) if lines else turn.say("member.none")


def scanned(turn: Turn) -> str:
    """The check-in desk's QR code: what is needed is asked at once."""
    journal.append(turn.act, "desk", CODE, "scan")
    return choices.ask_words(turn, turn.say("member.how"), "member.more", {"said": None})


WORDS: Mapping[str, Word] = {
    "report": Word(report),
    "unit_report": Word(unit, "member"),
    "stewards": Word(stewards, takes="words"),
    "posts": Word(posts, takes="nothing", public=True),
    "report_for": Word(for_another, "secretary"),
    "confirm_member": Word(confirm, "worker", "number", ("member",)),
    "member": Word(details, "worker", "number", ("member",)),
    "ledger": Word(ledger, "worker"),
    "tag": Word(tag, "secretary", "number", ("member",)),
    "post": Word(post, "secretary"),
    "compare": Word(compare, "secretary", "nothing"),
}
ANSWERS: Mapping[str, choices.Answer] = {"member.more": _more}
