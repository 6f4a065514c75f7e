"""A sound community that the tests of `check` spoil in one place each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from data.contents import Category, load_content
from data.rows import Grid, PlaceRange, PushStatus, Team
from data.settings import Settings
from data.tables import outbox, roster, vitals
from desk.check import check
from desk.imports import import_sample
from tests.contract.engines import keyed

FOLDER = Path(__file__).parents[3] / "data" / "content"
CONTENT = load_content(FOLDER)
NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


class Bench:
    """A sound community that a test spoils in one place."""

    def __init__(self, folder: Path) -> None:
        self.db = keyed(f"sqlite:///{folder / 'check.db'}")
        import_sample(self.db, FOLDER / "community", NOW)
        self.alive(NOW)
        self.content = CONTENT
        self.settings = Settings(data_dir=folder, simulator="on")

    def alive(self, at: datetime) -> None:
        """When the threads were last seen at work."""
        with self.db.write() as tx:
            for job in ("courier", "late", "sweep", "media"):
                vitals.beat(tx, job, at)

    def found(self) -> dict[int, str]:
        return {f.code: f.text for f in check(self.db, self.content, self.settings, NOW)}

    def about(self, **changes: object) -> None:
        self.content = replace(self.content, about=self.content.about.model_copy(update=changes))

    def category(self, code: str, **changes: object) -> None:
        changed: Category = self.content.catalogue[code].model_copy(update=changes)
        self.content = replace(self.content, catalogue={**self.content.catalogue, code: changed})

    def reply(self, name: str, text: str) -> None:
        self.content = replace(self.content, replies={**self.content.replies, name: text})

    def grids(self, change: Callable[[Grid], Grid]) -> None:
        with self.db.write() as tx:
            roster.replace_grids(tx, [change(grid) for grid in roster.grids(tx)])

    def places(self, change: Callable[[list[PlaceRange]], list[PlaceRange]]) -> None:
        with self.db.write() as tx:
            roster.replace_places(tx, change(roster.places(tx)))

    def team(self, code: str, **changes: object) -> None:
        with self.db.write() as tx:
            teams = roster.teams(tx)
            for source in ("teams", "units"):
                roster.replace_teams(tx, source, [])
            changed: list[Team] = [
                replace(t, **changes) if t.code == code else t  # type: ignore[arg-type]
                for t in teams
            ]
            roster.replace_teams(tx, "teams", changed)

    def failed(self, cause: str, status: PushStatus = "dead", channel: str = "wechat") -> None:
        """A push of today that its channel refused."""
        with self.db.write() as tx:
            outbox.add(
                tx, key="f", issue=None, person="wangfang", channel=channel, address="a",
                text="t", urgent=False, at=NOW, status=status, cause=cause,
            )  # fmt: skip

    def push(self, *, due: datetime = NOW, dead: bool = False, doubt: bool = False) -> None:
        with self.db.write() as tx:
            outbox.add(
                tx, key="k", issue=None, person="wangfang", channel="wechat", address="a",
                text="t", urgent=False, at=due,
            )  # fmt: skip
            if dead or doubt:
                claimed = outbox.claim(tx, ("wechat",), NOW, NOW)
                assert claimed is not None
                outbox.settle(
                    tx,
                    claimed,
                    "doubt" if doubt else "dead",
                    now=NOW,
                    in_doubt=doubt,
                    cause="45015",
                )
