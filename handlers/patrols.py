"""治安巡逻, 每日检查: a check-list in chat, answered in one message; what is wrong is an issue."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from data.practice_rows import Round
from data.rows import Issue
from data.tables import rounds as table
from desk import naming, patrols, rounds, wording
from desk.rules import checking
from desk.rules.when import read
from handlers import choices, dialog
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word
from nlp.values import Place

_CHECKS = re.compile(r"(?:^|\s)(?:查|检查|看)[:：]\s*(?P<checks>.+)", re.DOTALL)
_BETWEEN = re.compile(r"[、,，;；\s]+")
SHOWN = 8


def arrange(turn: Turn, said: Said) -> str:
    """排班 红袖标巡逻 泉馨苑 每天8点、20点 贾国梁、王芳 查：楼道、消防通道: in turn."""
    beat = _beat(turn, said.rest, "patrol.how_arrange")
    people = naming.helpers(turn.act, said.rest)
    if not people:
        raise Unclear(turn.say("patrol.how_arrange"))
    known = patrols.arrange(turn.act, beat, people)
    names = "、".join(person.name for person in people)
    return turn.say("patrol.arranged", number=rounds.number(turn.act, known), title=known.title,
                    names=names, checks=len(known.checklist))  # fmt: skip


def each(turn: Turn, said: Said) -> str:
    """每日检查 泉馨苑 王芳、张建国: everybody his own, every day."""
    rest = said.rest if read(said.rest, turn.act.now) else f"{said.rest} {turn.say('patrol.daily')}"
    beat = _beat(turn, rest, "patrol.how_each")
    people = naming.helpers(turn.act, said.rest)
    if not people:
        raise Unclear(turn.say("patrol.how_each"))
    title = turn.say("patrol.each_title", place=beat.place.estate if beat.place else "")
    made = [patrols.arrange(turn.act, replace(beat, title=title), [person]) for person in people]
    numbers = "、".join(rounds.number(turn.act, known) for known in made)
    return turn.say("patrol.each_arranged", count=len(made), numbers=numbers)


def _beat(turn: Turn, text: str, how: str) -> patrols.Beat:
    words = turn.act.service.content.words
    listed = _CHECKS.search(text)
    checks = tuple(filter(None, _BETWEEN.split(listed["checks"]))) if listed else ()
    head = text[: listed.start()] if listed else text
    when = read(head, turn.act.now)
    if when is None:
        raise Unclear(turn.say(how))
    place = turn.act.service.understander.place(head)
    team = next((t for t in turn.act.roster.teams.values() if t.name in head), None)
    title = when.rest.split()[0] if when.rest else ""
    return patrols.Beat(
        title=title,
        when=when,
        checks=checks or words["patrol_checks"],
        place=_with_grid(turn, place),
        team=team,
        watch=any(word in title for word in words["watch_words"]),
    )


def _with_grid(turn: Turn, place: Place | None) -> Place | None:
    if place is None or place.estate is None:
        return None
    return replace(place, grid=turn.act.service.understander.grid_of(place))


def begin(turn: Turn, said: Said) -> str | None:
    """巡查: the check-list of my next patrol. 巡查 都好 answers it at once."""
    found = patrols.mine(turn.act)
    if not found and said.rest:
        return None  # somebody speaks of a patrol who walks none
    if not found:
        raise Unclear(turn.say("patrol.none"))
    if said.rest:
        return walked(turn, found[0][0], said.rest)
    if len(found) > 1:
        options = [
            (f"{known.title} {wording.moment(occasion.at, turn.act)}", str(known.number))
            for known, occasion in found
        ]
        return choices.ask(turn, turn.say("patrol.which"), options, "patrols.chosen")
    return _ask(turn, found[0][0])


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    return _ask(turn, _round(turn, int(value)))


def _round(turn: Turn, number: int) -> Round:
    known = table.by_number(turn.act.tx, patrols.KIND, number)
    if known is None:
        raise Unclear(turn.say("patrol.none"))
    return known


def _ask(turn: Turn, known: Round) -> str:
    lines = [
        turn.say("choice.option", number=number, name=check)
        for number, check in enumerate(known.checklist, 1)
    ]
    question = turn.say("patrol.ask", title=known.title, lines="\n".join(lines))
    kept = {"number": known.number, "at": turn.act.now.isoformat()}
    return choices.ask_words(turn, question, "patrols.answered", kept)


def _answered(turn: Turn, text: str, kept: Mapping[str, Any]) -> str:
    began = turn.act.now.fromisoformat(kept["at"])
    seconds = int((turn.act.now - began).total_seconds())
    return walked(turn, _round(turn, kept["number"]), text, seconds)


def walked(turn: Turn, known: Round, text: str, seconds: int | None = None) -> str:
    """The answers: all is well, or what is wrong, each an issue that nobody had to call for."""
    if not text:
        return _ask(turn, known)
    well = turn.act.service.content.words["all_well"]
    try:
        wrong = checking.read(text, known.checklist, well)
    except checking.NoAnswer:
        again = _ask(turn, known)
        return "\n".join((turn.say("patrol.unclear"), again))
    bare = turn.say("patrol.bare")
    found = {i: checking.finding(known.checklist[i], words, bare) for i, words in wrong.items()}
    answers = [found.get(i, turn.say("patrol.fine")) for i in range(len(known.checklist))]
    issues = [issue for i, said in found.items() for issue in _recorded(turn, known, said, i)]
    data: dict[str, object] = {"found": [issue.id for issue in issues], "seconds": seconds}
    rounds.hold(turn.act, rounds.current(turn.act, known), "；".join(found.values()), answers,
                data=data)  # fmt: skip
    return _receipt(turn, known, issues)


def _recorded(turn: Turn, known: Round, words: str, index: int) -> list[Issue]:
    """One finding as an issue, at the place of the patrol unless it names another."""
    said = turn.act.service.understander.understand(words, addressed=True)
    message = replace(turn.message, text=words, key=f"{turn.message.key}#{index}")
    spoken = replace(turn, said=said, message=message)
    home = Place(known.estate, known.building, grid=known.grid)
    drafts = [
        replace(d, estate=d.estate or home.estate, building=d.building or home.building,
                grid=d.grid or home.grid, source="found")
        for d in dialog.drafts_of(spoken) or [dialog.left_open(turn, words)]
    ]  # fmt: skip
    return dialog.record(turn.act, drafts, spoken.origin)


def _receipt(turn: Turn, known: Round, issues: list[Issue]) -> str:
    number = rounds.number(turn.act, known)
    if not issues:
        return turn.say("patrol.well", number=number, title=known.title)
    lines = "\n".join(wording.line(issue, turn.act, public=False) for issue in issues)
    return turn.say("patrol.found", number=number, title=known.title, count=len(issues),
                    lines=lines)  # fmt: skip


def figures(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """巡查情况: how many were walked and missed, and what was found, in the last 30 days."""
    counted = patrols.figures(turn.act)
    return turn.say("patrol.figures", **counted)


WORDS: Mapping[str, Word] = {
    "patrol": Word(begin, takes="words"),
    "patrol_arrange": Word(arrange, "secretary"),
    "patrol_each": Word(each, "secretary"),
    "patrol_figures": Word(figures, "worker", "nothing"),
}
ANSWERS: Mapping[str, choices.Answer] = {
    "patrols.answered": _answered,
    "patrols.chosen": _chosen,
}
