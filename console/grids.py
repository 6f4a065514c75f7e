"""网格: where everything lies, who answers for it, what is bare, how much there is to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Final

from flask import abort, render_template, request

from console import grid_plan, qr_sheets, spans
from console.shell import WORKERS, Page, Shell, Visit
from data.rows import Grid
from data.tables import board
from data.tables.board import Filter
from desk import check, figures, grid_map, qr
from desk.figures import Part, Period
from desk.message import DeliveryFailed
from desk.rules.deadlines import LOCAL
from desk.tally import Tally

GAPS: Final = frozenset(range(5, 15)) | {23}  # findings of `check` about grids, places, coverage
WEEKS: Final = 12
HOTTEST: Final = 10
LOAD: Final = timedelta(days=30)


@dataclass
class Node:
    """A grid, what is open in it and below it, and the grids below it."""

    grid: Grid
    person: str
    places: str
    stewards: str
    bare: str
    open: int
    late: int
    below: list[Node] = field(default_factory=list)


@dataclass(frozen=True)
class Heat:
    """How often each kind of problem came up, week by week; `shade` runs from 0 to 5."""

    weeks: list[tuple[date, date]]
    rows: list[tuple[str, str, list[tuple[int, int]]]]  # code, name, (count, shade)


def add(shell: Shell) -> None:
    @shell.page("/grids", roles=WORKERS)
    def grids() -> Page:
        with shell.reading() as visit:
            act = visit.act
            chosen = request.args.get("grid", "")
            if chosen and chosen not in _mine(visit):
                abort(404)
            below = tuple(c for c in act.roster.grids if chosen in act.roster.path(c))
            tree, waiting = _tree(visit)
            found = check.standing(act.tx, act.service.content, act.roster)
            return render_template(
                "console/grids.html",
                tree=tree,
                gaps=[finding for finding in found if finding.code in GAPS],
                plan=_plan(visit, waiting),
                loads=_loads(visit),
                heat=_heat(visit, visit.tally(Filter(grids=below))),
                chosen_grid=chosen,
                all_grids=[act.roster.grids[code] for code in _mine(visit)],
            )

    @shell.page("/grids/qr", roles=WORKERS)
    def qr_print() -> Page:
        """A sheet of codes for the browser's printer."""
        what, grid = request.args.get("what", "places"), request.args.get("grid", "")
        if what not in qr_sheets.KINDS:
            abort(404)
        with shell.reading() as visit:
            codes = _codes(visit, what, grid)
        try:
            address = qr_sheets.addresses(shell.settings, shell.db)
            labels = [(title, qr.svg(address(code))) for code, title in codes]
        except DeliveryFailed as failure:
            return shell.say("grids.qr_failed", cause=failure.cause), 502
        return render_template(
            "console/qr_print.html", labels=labels, what=what, mark="",
            real=qr_sheets.connected(shell.settings),
            hint=shell.service.say("qr.hint", community=shell.service.content.about.name),
        )  # fmt: skip


def _codes(visit: Visit, what: str, grid: str) -> list[tuple[str, str]]:
    """The codes of one grid, or of all that are this person's; the desk has only one."""
    act = visit.act
    content = act.service.content
    if what == "desk":
        return qr_sheets.codes(act.tx, what, "", content)
    wanted = [code for code in _mine(visit) if grid in ("", code)]
    return [found for code in wanted for found in qr_sheets.codes(act.tx, what, code, content)]


def _mine(visit: Visit) -> tuple[str, ...]:
    """The grids this person may look at, in the order of the list."""
    codes = visit.act.roster.grids
    return tuple(c for c in codes if visit.scope.everything or c in visit.scope.grids)


def _tree(visit: Visit) -> tuple[list[Node], dict[str, tuple[int, int]]]:
    """The grids as a tree, and (open, late) of each by itself."""
    act = visit.act
    opened = board.counted(act.tx, visit.scope, Filter(statuses=board.OPEN), "grid")
    late = board.counted(act.tx, visit.scope, Filter(overdue_at=act.now), "grid")
    duties = {str(row["code"]): row for row in grid_map.rows(act.tx, act.roster)}
    nodes: dict[str, Node] = {}
    for code in _mine(visit):
        row = duties[code]
        nodes[code] = Node(
            act.roster.grids[code], str(row["lead"]), str(row["places"]), str(row["stewards"]),
            str(row["gaps"]), opened.get(code, 0), late.get(code, 0),
        )  # fmt: skip
    waiting = {code: (node.open, node.late) for code, node in nodes.items()}
    roots: list[Node] = []
    for node in nodes.values():
        parent = nodes.get(node.grid.parent or "")
        (parent.below if parent else roots).append(node)
    for root in roots:
        _add_up(root)
    return roots, waiting


def _add_up(node: Node) -> None:
    for below in node.below:
        _add_up(below)
        node.open += below.open
        node.late += below.late


def _plan(visit: Visit, waiting: dict[str, tuple[int, int]]) -> grid_plan.Plan | None:
    roster = visit.act.roster
    places = [place for place in roster.places if place.grid in waiting]
    zones = {place.grid: roster.grids[place.grid].parent or place.grid for place in places}
    return grid_plan.plan(places, waiting, zones)


def _loads(visit: Visit) -> list[tuple[str, str, str, Part]]:
    """(code, name, who, figures of the last thirty days) of each grid, the fullest first."""
    act = visit.act
    today = spans.today(act.now)
    span = Period(today - LOAD + timedelta(days=1), today, "days")
    found = figures.parts(visit.tally(Filter()), span, act.now, "grid")
    mine = set(_mine(visit))
    return [
        (part.name, grid.name, act.roster.name_of(grid.person), part)
        for part in sorted(found, key=lambda part: -part.totals.open)
        if part.name in mine and (grid := act.roster.grids[part.name])
    ]


def _heat(visit: Visit, tally: Tally) -> Heat:
    """The commonest problems of the last weeks, each week's shade by its share of the most."""
    weeks = _weeks(visit.act.now)
    counted = [
        tally.counted(tally.spanned(span.begin, span.end), "category") for span in weeks
    ]  # fmt: skip
    sums: dict[str, int] = {}
    for week in counted:
        for code, count in week.items():
            sums[code] = sums.get(code, 0) + count
    hottest = sorted(sums, key=lambda code: (-sums[code], code))[:HOTTEST]
    most = max((week.get(code, 0) for week in counted for code in hottest), default=0)
    rows = []
    for code in hottest:
        counts = [week.get(code, 0) for week in counted]
        cells = [(count, -(-5 * count // most) if most else 0) for count in counts]
        rows.append((code, visit.act.service.category(code).name, cells))
    return Heat([(week.since, week.last) for week in weeks], rows)


def _weeks(now: datetime) -> list[Period]:
    """The last weeks from Monday to Sunday, this one first: a phone shows the first columns."""
    this = figures.period("week", now.astimezone(LOCAL).date())
    return [
        Period(this.since - timedelta(weeks=back), this.last - timedelta(weeks=back), "week")
        for back in range(WEEKS)
    ]
