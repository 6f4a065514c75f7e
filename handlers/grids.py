"""网格图, 缺口, 查网格, 预测: the grid as a whole, for whoever oversees it."""

from __future__ import annotations

from collections.abc import Mapping

from desk import coverage, forecast, grid_map
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

SHOWN = 40
SPOTS = 5


def drawn(turn: Turn, said: Said) -> str:
    """网格图, or 网格图 泉馨苑: the tree, each with who leads it."""
    found = [row for row in grid_map.rows(turn.act.tx, turn.act.roster) if _named(row, said.rest)]
    if not found:
        raise Unclear(turn.say("grid.unknown"))
    lines = "\n".join(
        turn.say("grid.line", indent="　" * int(str(row["depth"])), name=row["name"],
                 title=row["title"], lead=row["lead"] or turn.say("grid.nobody"))
        for row in found[:SHOWN]
    )  # fmt: skip
    return turn.say("grid.map", count=len(found), lines=lines)


def _named(row: Mapping[str, object], said: str) -> bool:
    return not said or said in f"{row['code']}{row['name']}{row['places']}"


def bare(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """缺口: what nobody answers for."""
    found = coverage.gaps(turn.act.tx, turn.act.roster)
    if not found:
        return turn.say("grid.no_gaps")
    lines = "\n".join(
        turn.say(f"gap.{gap.sort}", where=gap.where, what=gap.what) for gap in found[:SHOWN]
    )
    return turn.say("grid.gaps", count=len(found), lines=lines)


def lookup(turn: Turn, said: Said) -> str | None:
    """查网格 泉馨苑3号楼: from an address to its finest grid, and up to the largest."""
    place = turn.act.service.understander.place(said.rest) if said.rest else None
    code = turn.act.service.understander.grid_of(place) if place and place.estate else None
    if code is None and said.rest and not (place and place.estate):
        return None  # 我的网格 …: somebody speaks of it
    if code is None and not said.rest:
        code = turn.person.grid
    if code is None:
        raise Unclear(turn.say("grid.where"))
    roster = turn.act.roster
    lines = "\n".join(
        turn.say("grid.step", level=roster.grids[each].level, name=roster.grids[each].name,
                 code=each, lead=roster.name_of(roster.grids[each].person))
        for each in roster.path(code)
    )  # fmt: skip
    return turn.say("grid.found", lines=lines)


def expected(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """预测: where something is to be expected next week."""
    found = forecast.hotspots(turn.act)
    if not found:
        return turn.say("grid.calm")
    lines = "\n".join(
        turn.say(
            "grid.spot", place=spot.place, expected=round(spot.expected, 1), last=spot.weeks[-1],
            category=turn.act.service.category(spot.category).name,
        )
        for spot in found[:SPOTS]
    )  # fmt: skip
    return turn.say("grid.spots", lines=lines)


WORDS: Mapping[str, Word] = {
    "grid_lookup": Word(lookup),
    "grid_map": Word(drawn, "worker"),
    "grid_gaps": Word(bare, "worker", "nothing"),
    "forecast": Word(expected, "worker", "nothing"),
}
