"""网格: the 大小微密 tree: who answers for it, how much is open there, what is not covered."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from flask import render_template

from console.shell import WORKERS, Page, Shell, Visit
from data.rows import Grid
from data.tables import board
from data.tables.board import Filter
from desk import check

GAPS: Final = frozenset(range(5, 15)) | {23}  # findings of `check` about grids, places, coverage


@dataclass
class Node:
    """A grid, what is open in it and below it, and the grids below it."""

    grid: Grid
    person: str
    places: str
    open: int
    late: int
    below: list[Node] = field(default_factory=list)


def add(shell: Shell) -> None:
    @shell.page("/grids", roles=WORKERS)
    def grids() -> Page:
        with shell.reading() as visit:
            tree = _tree(visit)
        found = check.check(shell.db, shell.service.shipped, shell.settings, shell.clock())
        gaps = [finding for finding in found if finding.code in GAPS]
        return render_template("console/grids.html", tree=tree, gaps=gaps)


def _tree(visit: Visit) -> list[Node]:
    act = visit.act
    everything = Filter(statuses=board.OPEN)
    opened = board.counted(act.tx, visit.scope, everything, "grid")
    late = board.counted(act.tx, visit.scope, Filter(overdue_at=act.now), "grid")
    mine = set(act.roster.grids) if visit.scope.everything else set(visit.scope.grids)
    nodes = {
        code: Node(
            grid, act.roster.name_of(grid.person), _places(visit, code),
            opened.get(code, 0), late.get(code, 0),
        )
        for code, grid in act.roster.grids.items() if code in mine
    }  # fmt: skip
    roots: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.grid.parent or "")
        (parent.below if parent else roots).append(node)
    for root in roots:
        _add_up(root)
    return roots


def _places(visit: Visit, code: str) -> str:
    found = [p for p in visit.act.roster.places if p.grid == code]
    return "；".join(f"{place.estate} {place.buildings}".strip() for place in found)


def _add_up(node: Node) -> None:
    for below in node.below:
        _add_up(below)
        node.open += below.open
        node.late += below.late
