"""A desk without channels: the sample community, and every step of the loop as one call."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pydantic import SecretStr

from data.contents import Content
from data.database import Database, Tx
from data.rows import Issue, StoredPush, Team
from data.settings import Quiet, Settings
from data.tables import issues as table
from data.tables import parties, people
from desk import approvals, callbacks, cooperation, correcting, issues, reminders, sweeps, together
from desk.imports import import_sample
from desk.recording import Draft, Origin, record
from desk.roster import Roster
from desk.rules.lifecycle import Forbidden
from desk.service import SYSTEM, Act, Service
from tests.contract.engines import SECRET

MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in China, a Monday
WORDS = "已经看过了"


class Calm(Service):
    """The desk's service; the steps of the loop read no sentence, so nothing is built for it."""

    def _roster_changed(self, roster: Roster) -> None:
        pass


@dataclass(frozen=True, slots=True)
class Move:
    """One attempt: which action, by whom (a part, see `cast`), with which words and target."""

    action: str
    part: str
    words: str = WORDS
    target: str = "gongdian"
    other: int | None = None  # merge: the issue it is to go on inside


Step = Callable[[Act, Issue, Move], object]


def _team(act: Act, move: Move) -> Team:
    return act.roster.teams[move.target]


def _merge(act: Act, issue: Issue, move: Move) -> object:
    parent = table.by_id(act.tx, move.other or issue.id)
    assert parent is not None
    return together.merge(act, issue, parent)


def _whistle(act: Act, issue: Issue, move: Move) -> object:
    return cooperation.whistle(act, issue, [_team(act, move), act.roster.teams["reli"]])


def _transfer(act: Act, issue: Issue, move: Move) -> object:
    staff = act.roster.staff
    target = staff[move.target] if move.target in staff else _team(act, move)
    return issues.transfer(act, issue, target, move.words)


STEPS: Mapping[str, Step] = {
    "accept": lambda act, issue, _: issues.accept(act, issue),
    "decline": lambda act, issue, move: issues.decline(act, issue, move.words),
    "transfer": _transfer,
    "note": lambda act, issue, move: issues.add_note(act, issue, move.words),
    "finish": lambda act, issue, move: issues.finish(act, issue, move.words),
    "urge": lambda act, issue, _: issues.urge(act, issue),
    "withdraw": lambda act, issue, _: issues.withdraw(act, issue),
    "satisfied": lambda act, issue, _: issues.satisfied(act, issue),
    "fairly": lambda act, issue, _: issues.satisfied(act, issue, fairly=True),
    "reopen": lambda act, issue, move: issues.reopen(act, issue, move.words),
    "callback": lambda act, issue, _: callbacks.answer(act, issue, contacted=False),
    "dissatisfied": lambda act, issue, move: callbacks.dissatisfied(act, issue, move.words),
    "supervise": lambda act, issue, _: issues.supervise(act, issue),
    "ask_pause": lambda act, issue, move: approvals.ask(act, issue, "pause", move.words),
    "ask_extend": lambda act, issue, move: approvals.ask(act, issue, "extend", move.words, 3),
    "ask_exclude": lambda act, issue, move: approvals.ask(act, issue, "exclude", move.words),
    "agree": lambda act, issue, _: approvals.decide(act, issue, agree=True),
    "refuse": lambda act, issue, _: approvals.decide(act, issue, agree=False),
    "resume": lambda act, issue, _: approvals.resume(act, issue),
    "reject": lambda act, issue, move: approvals.reject(act, issue, move.words),
    "assist": lambda act, issue, move: cooperation.assist(act, issue, _team(act, move)),
    "whistle": _whistle,
    "arrive": lambda act, issue, _: cooperation.arrive(act, issue),
    "part_done": lambda act, issue, move: cooperation.part_done(act, issue, move.words),
    "join": lambda act, issue, move: together.join(act, issue, move.words),
    "merge": _merge,
    "unmerge": lambda act, issue, _: together.unmerge(act, issue),
    "recategorise": lambda act, issue, _: correcting.recategorise(act, issue, "utility.power"),
}  # fmt: skip
PARTS = (
    "reporter", "neighbour", "stranger", "owner", "colleague", "party",
    "grid", "upper", "desk", "secretary", "superior", "outsider", "blamed",
)  # fmt: skip
TEAMS = ("gongdian", "huimin", "shequ", "xiaobanshou")
MOVING = ("transfer", "assist", "whistle")
_FIXED = {
    "neighbour": "zhangwei", "stranger": "baixue", "grid": "wangfang", "upper": "liuyang",
    "desk": "wuqian", "secretary": "gaojianmin", "superior": "dinghong", "outsider": "pengchao",
    "blamed": "niezhiyong",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Matter:
    """Something to report: what routing and deadlines need to know of it."""

    category: str
    level: str
    text: str
    nature: str = "求助"


MATTERS = (
    Matter("repair.light", "U2", "楼道灯坏了"),
    Matter("utility.power", "U1", "整栋楼没电"),
    Matter("safety.gas", "U0", "一股煤气味"),
    Matter("neighbor.dispute", "U2", "楼上天天吵架"),
    Matter("repair.drain", "U2", "投诉聂志勇，水管修了三次还漏", "投诉"),
    Matter("suggest.staff", "U3", "投诉王芳态度恶劣", "投诉"),
    Matter("suggest.staff", "U3", "投诉居委会办事拖拉", "投诉"),
)


@dataclass
class Office:
    """The desk over one database, with a clock that moves when told to."""

    url: str
    content: Content
    now: datetime = MORNING

    def __post_init__(self) -> None:
        settings = Settings(
            database_url=self.url, secret_key=SecretStr(SECRET), quiet=Quiet(hours="off")
        )
        self.db = Database.of(settings)
        import_sample(self.db, settings.content_dir / "community", self.now)
        self.service = Calm(self.content, settings, ("wechat",))
        with self.db.read() as tx:
            self.roster = self.service.roster(tx)

    def act(self, tx: Tx, person: str) -> Act:
        found = SYSTEM if person == "system" else people.by_id(tx, person)
        assert found is not None
        return Act(tx, self.service, found, self.now, self.roster)

    def report(self, matter: Matter, reporter: str = "lixiulan") -> int:
        """Record something at one house of the sample community."""
        draft = Draft(
            text=matter.text,
            category=matter.category,
            confidence=1.0,
            level=matter.level,
            nature=matter.nature,
            estate="泉馨苑小区",
            building="3",
            grid="CYJ-2-1-1",
        )
        with self.db.write() as tx:
            act = self.act(tx, reporter)
            return record(act, draft, Origin(act.person, "wechat", "", "a message")).id

    def attempt(self, number: int, move: Move, *, watch: bool = True) -> str | None:
        """Take a step as a handler does; the reason if it is forbidden (and still commit).

        `watch`: whether to compare all tables before and after what is forbidden.
        """
        with self.db.write() as tx:
            issue = self.issue(tx, number)
            act = self.act(tx, self.cast(tx, issue, move.part))
            before = everything(tx) if watch else {}
            try:
                STEPS[move.action](act, issue, move)
            except Forbidden as forbidden:
                assert not watch or everything(tx) == before, (
                    "a forbidden step left something behind"
                )
                return forbidden.reason
            return None

    def cast(self, tx: Tx, issue: Issue, part: str) -> str:
        """Who plays a part towards an issue at this moment."""
        team = self.roster.teams.get(issue.owner_team or "")
        if part == "reporter":
            return issue.reporter
        if part == "owner":
            return self.roster.owner_people(issue)[0]
        if part == "colleague":
            return team.members[-1] if team else str(issue.owner_person)
        if part == "party":
            called = parties.of_issue(tx, issue.id)
            return self.roster.teams[called[-1].team].members[0] if called else "jinpeng"
        return _FIXED[part]

    def issue(self, tx: Tx, number: int) -> Issue:
        found = table.by_id(tx, number)
        assert found is not None
        return found

    def wait(self, span: timedelta) -> None:
        """Time passes, and what falls due happens; looking a second time changes nothing."""
        self.now += span
        self.sweep()
        assert self.sweep() == 0

    def sweep(self) -> int:
        every = (sweeps.call_duty_chain, sweeps.close_silent, reminders.remind, cooperation.remind)
        return sum(look(self.db, self.service, self.now) for look in every)

    def pushes(self, tx: Tx) -> list[StoredPush]:
        return tx.all(StoredPush, "SELECT * FROM outbox ORDER BY id")


TABLES = ("issues", "events", "outbox", "parties", "approvals", "reporters", "lessons")


def everything(tx: Tx) -> dict[str, list[tuple[object, ...]]]:
    """All that a step may write."""
    return {
        name: [tuple(row.values()) for row in tx.rows(f"SELECT * FROM {name}")] for name in TABLES
    }
