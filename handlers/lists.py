"""三清单 in chat: needs, offers and problems, and how a need meets an offer; a human confirms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from data.practice_rows import Entry
from data.tables import entries
from data.tables import projects as project_table
from desk import (
    assigning,
    entry_wording,
    matches,
    needs,
    offers,
    problems,
    projects,
)
from desk import project_parties as sides
from desk.rules.masking import without_doors
from handlers import appointments, choices, which
from handlers.commands import issue_number
from handlers.listing import find, listed
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN, LOOKED_AT, NUMBERS = 8, 200, 3


def need(turn: Turn, said: Said) -> str:
    """需求 想找人给独居老人理发 泉馨苑 周六."""
    if not said.rest:
        raise Unclear(turn.say("need.how"))
    return _entered(turn, needs.propose(turn.act, said.rest), "need.entered")


def heard(turn: Turn, said: Said) -> str:
    """走访需求 赵桂英 朝阳街10号楼 想有人来理发: heard at the door; the name is not on the list."""
    name, _, rest = said.rest.partition(" ")
    if not rest.strip():
        raise Unclear(turn.say("need.heard_how"))
    entry = needs.propose(turn.act, rest, name=name, source="visit")
    return _entered(turn, entry, "need.heard")


def offer(turn: Turn, said: Said) -> str:
    """提供 上门理发 周二上午 每周5人 泉馨苑 2027-06-30, in any order."""
    if not said.rest:
        return choices.ask_words(turn, turn.say("offer.how"), "lists.offered")
    return _offered(turn, said.rest, {})


def _offered(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    return _entered(turn, offers.propose(turn.act, text), "offer.entered")


def _entered(turn: Turn, entry: Entry, reply: str) -> str:
    return turn.say(
        reply,
        number=entry_wording.number(turn.act, entry),
        title=entry.title,
        skills="、".join(entry.skills),
        times="、".join(entry.times),
        count=entry.capacity,
        status=turn.say(f"entry.status.{entry.status}"),
    )


def open_needs(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    return listed(turn, "demand", "need.none", "need.list")


def open_offers(turn: Turn, said: Said) -> str:
    """资源清单, 服务清单; with a word those that offer it."""
    found = offers.of_kind(turn.act, said.rest, LOOKED_AT)
    if not found:
        return turn.say("offer.none")
    lines = [_offer_line(turn, entry) for entry in found[:SHOWN]]
    return turn.say("offer.list", count=len(found), lines="\n".join(lines))


def _offer_line(turn: Turn, entry: Entry) -> str:
    team = turn.act.roster.teams.get(entry.team or "")
    return turn.say(
        "offer.line",
        number=entry_wording.number(turn.act, entry),
        title=entry.title,
        by=team.name if team else turn.say("offer.member"),
        times="、".join(entry.times) or turn.say("offer.any_time"),
        left=offers.left(turn.act, entry),
    )


def three(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """三清单: how long each is; a number shows it."""
    tx = turn.act.tx
    counts = {
        "needs": len(entries.of_kind(tx, "demand", "published", limit=LOOKED_AT)),
        "offers": len(entries.of_kind(tx, "resource", "published", limit=LOOKED_AT)),
        "projects": len(project_table.page(tx, "open", 0, LOOKED_AT)),
    }
    question = turn.say("lists.three", **counts)
    if turn.public:
        return question
    options = [(turn.say(f"lists.{name}"), name) for name in counts]
    return choices.ask(turn, question, options, "lists.shown")


def _shown(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    said = Said(value)
    if value == "projects":
        return project_list(turn, said)
    return open_needs(turn, said) if value == "needs" else open_offers(turn, said)


def project_list(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """项目清单."""
    found = project_table.page(turn.act.tx, "open", 0, LOOKED_AT)
    if not found:
        return turn.say("project.none")
    lines = [turn.say("project.line", **sides.words(turn.act, each)) for each in found[-SHOWN:]]
    return turn.say("project.list", count=len(found), lines="\n".join(lines))


# -- 问题清单 --------------------------------------------------------------------------------------


def problem_list(turn: Turn, said: Said) -> str:
    """问题清单: by topic and place; with a word those of that topic or place."""
    found = [topic for topic in problems.topics(turn.act) if _about(turn, topic, said.rest)]
    if not found:
        return turn.say("problem.none")
    lines = [
        turn.say(
            "problem.line",
            category=turn.act.service.category(topic.category).name,
            place=topic.place,
            count=len(topic.issues),
            open=topic.open,
            numbers=problems.numbers(turn.act, topic, NUMBERS),
            listed=problems.on_list(turn.act, topic),
        ).rstrip()
        for topic in found[:SHOWN]
    ]
    return turn.say("problem.list", count=len(found), lines="\n".join(lines))


def _about(turn: Turn, topic: problems.Topic, word: str) -> bool:
    category = turn.act.service.category(topic.category)
    return not word or any(word in name for name in (category.name, category.top, topic.place))


def list_problem(turn: Turn, said: Said) -> str:
    """列入 1123-07 [换个说法]."""
    number = issue_number(said.rest) or ""
    issue = which.by_number(turn, number)
    _, _, title = said.rest.partition(" ")
    entry = problems.list_issue(turn.act, issue, title.strip())
    return _entered(turn, entry, "problem.listed")


def retitle(turn: Turn, said: Said) -> str:
    """改写 需-1 新说法."""
    entry = problems.retitle(turn.act, find(turn, said), said.rest)
    return _entered(turn, entry, "problem.retitled")


# -- matching -----------------------------------------------------------------------------------


def match(turn: Turn, said: Said) -> str:
    """匹配 需-3: the offers that fit, with their score and reasons, to choose from."""
    entry = find(turn, said)
    found = matches.best(turn.act, entry, "resource")
    if not found:
        raise Unclear(turn.say("match.nothing", number=entry_wording.number(turn.act, entry)))
    options = [
        (
            turn.say(
                "match.option",
                title=_offer_line(turn, each.offer),
                score=round(each.score * 100),
                reasons=matches.reasons(turn.act, each),
            ),
            str(each.offer.number),
        )
        for each in found
    ]
    question = turn.say(
        "match.which",
        number=entry_wording.number(turn.act, entry),
        title=without_doors(entry.title),
    )
    return choices.ask(
        turn, question, options, "lists.matched", {"kind": entry.kind, "number": entry.number}
    )


def _matched(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    """An offer was chosen: is it done at once, or is it a project?"""
    options = [(turn.say(f"match.{way}"), way) for way in ("assign", "project")]
    question = turn.say("match.how")
    return choices.ask(turn, question, options, "lists.decided", {**kept, "offer": int(value)})


def _decided(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    offer = find(turn, Said("match", "resource", kept["offer"]))
    if value == "project":
        return _project(turn, kept, offer)
    times = [time for time in offers.free(turn.act, offer) if time.left]
    if not offers.slots(offer) or len(times) < 2:
        return _assigned(turn, kept, offer, None)
    question = turn.say("booking.which", title=offer.title)
    return choices.ask(turn, question, appointments.options(turn, offer), "lists.timed", kept)


def _timed(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:
    offer = find(turn, Said("match", "resource", kept["offer"]))
    return _assigned(turn, kept, offer, datetime.fromisoformat(value))


def _assigned(turn: Turn, kept: Mapping[str, Any], offer: Entry, at: datetime | None) -> str:
    entry = find(turn, Said("match", kept["kind"], kept["number"]))
    assigning.assign(turn.act, entry, offer, at)
    return turn.say(
        "match.assigned",
        number=entry_wording.number(turn.act, entry),
        offer=entry_wording.number(turn.act, offer),
        title=offer.title,
    )


def _project(turn: Turn, kept: Mapping[str, Any], offer: Entry) -> str:
    entry = find(turn, Said("match", kept["kind"], kept["number"]))
    plan = projects.Plan(
        title=entry.title,
        team=offer.team,
        person=None if offer.team else offer.proposer,
        estate=entry.estate,
        grid=entry.grid,
        need=entry.id,
        offer=offer.id,
        issue=entry.issue,
    )
    project = projects.start(turn.act, plan)
    return turn.say("project.approved", **sides.words(turn.act, project))


WORDS: Mapping[str, Word] = {
    "three": Word(three, takes="nothing", public=True),
    "needs": Word(open_needs, takes="nothing", public=True),
    "offers": Word(open_offers, public=True),
    "projects": Word(project_list, takes="nothing", public=True),
    "offer": Word(offer, "member"),
    "need": Word(need, "worker"),
    "heard": Word(heard, "worker"),
    "problems": Word(problem_list, "worker"),
    "list_problem": Word(list_problem, "worker", "issue"),
    "match": Word(match, "worker", "number", ("demand", "wish")),
    "retitle": Word(retitle, "secretary", "number", ("demand", "resource", "wish", "post")),
}
ANSWERS: Mapping[str, choices.Answer] = {
    "lists.offered": _offered,
    "lists.shown": _shown,
    "lists.matched": _matched,
    "lists.decided": _decided,
    "lists.timed": _timed,
}
