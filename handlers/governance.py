"""制度 in chat: standing rules and who has read them, themes of reports, and the tree of grids
from the street to the stairway."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from data.tables import journal as journal_table
from data.tables import members
from desk import entry_wording, policies
from desk import themes as tags
from desk.rules.quarters import quarter_of
from handlers import choices, which
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 9


# -- 制度 -----------------------------------------------------------------------------------------


def listed(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """制度: by a number the one that is to be read."""
    found = policies.today(turn.act)
    options = [
        (turn.say("policy.option", title=each.title, version=each.version), each.id)
        for each in found
    ]
    return choices.ask(turn, turn.say("policy.which"), options, "policy.chosen")


def _chosen(turn: Turn, value: str, kept: Mapping[str, Any]) -> str:  # noqa: ARG001  one shape
    policy = next(each for each in policies.today(turn.act) if each.id == value)
    policies.read(turn.act, policy)
    earlier = [each for each in policies.versions(turn.act, policy) if each != policy]
    words = {"title": policy.title, "version": policy.version, "since": policy.since.isoformat()}
    text = turn.say("policy.text", text=policy.text.strip(), **words)
    past = [each for each in earlier if each.since < policy.since]
    if not past:
        return text
    return "\n".join((text, turn.say("policy.earlier", versions=len(past))))


def readings(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """制度阅读: who has not read what is in force."""
    lines = []
    for policy in policies.today(turn.act):
        waiting = policies.unread(turn.act, policy)
        seen = len(policies.readers(turn.act, policy))
        words = {"title": policy.title, "version": policy.version, "read": seen}
        names = "、".join(waiting[:SHOWN])
        lines.append(turn.say("policy.reading", count=len(waiting), names=names, **words))
    return "\n".join(lines)


# -- 六心, 红色网格 --------------------------------------------------------------------------------


def theme(turn: Turn, said: Said) -> str:
    """主题 1123-01 暖心: for reports."""
    issue = which.by_number(turn, issue_number(said.rest) or "")
    known = turn.act.service.content.words["governance_themes"]
    found = [each for each in known if each in said.rest]
    if not found:
        raise Unclear(turn.say("theme.which", themes="、".join(known)))
    tags.tag(turn.act, issue, found)
    return turn.say("theme.done", number=issue.number, themes="、".join(found))


def themes(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """六心: this quarter's requests and today's members by theme."""
    quarter = quarter_of(turn.act.now)
    found = journal_table.done(turn.act.tx, tags.KIND, "tag", quarter.since, quarter.until)
    counts = tags.counted(found)
    tagged = members.tagged(turn.act.tx)
    lines = [
        turn.say("theme.line", theme=each, count=counts[each], members=tagged.get(each, 0))
        for each in turn.act.service.content.words["governance_themes"]
    ]
    return turn.say("theme.list", quarter=quarter.name, lines="\n".join(lines))


def red_grid(turn: Turn, said: Said) -> str:
    """红色网格 泉馨苑: from the street over the grids to the lanes and stairways, by name."""
    place = turn.act.service.understander.place(said.rest) if said.rest else None
    grid = (place.grid if place else None) or turn.person.grid
    if place is not None and place.estate and not grid:
        grid = next((p.grid for p in turn.act.roster.places if p.estate == place.estate), None)
    path = turn.act.roster.path(grid)[::-1]
    if not path:
        raise Unclear(turn.say("steward.where"))
    street = turn.act.roster.name_of(turn.act.service.content.about.street)
    lines = [turn.say("red.street", name=street)]
    lines += [
        turn.say("red.grid", depth="　" * depth, name=node.name,
                 lead=turn.act.roster.name_of(node.person))
        for depth, code in enumerate(path, 1)
        if (node := turn.act.roster.grids[code])
    ]  # fmt: skip
    estate = (place.estate if place else None) or turn.person.estate
    depth = "　" * (len(path) + 1)
    for bond in members.bonds_of(turn.act.tx, "steward"):
        if bond.estate == estate:
            where = turn.say("place.building", building=bond.building) if bond.building else ""
            team = turn.act.roster.teams.get(bond.team or "")
            name = team.name if team else entry_wording.name_of(turn.act, bond.person or "")
            lines.append(
                turn.say("red.bond", depth=depth, title=bond.title, where=where, name=name)
            )
    return "\n".join(lines)


WORDS: Mapping[str, Word] = {
    "policies": Word(listed, "anyone", "nothing"),
    "red_grid": Word(red_grid),
    "theme": Word(theme, "worker", "issue"),
    "themes": Word(themes, "worker", "nothing"),
    "policy_reads": Word(readings, "secretary", "nothing"),
}
ANSWERS: Mapping[str, choices.Answer] = {"policy.chosen": _chosen}
