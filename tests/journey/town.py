"""The sample community with its phones in hand: real bytes in, replies and pushes out."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

from bot import Runtime, create_app
from data.rows import Issue
from data.settings import Settings
from data.tables import issues as table
from desk.rules.deadlines import LOCAL

TOKEN = "a token that only this town knows"
MORNING = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in China, a Monday


@dataclass
class Town:
    """Everybody's phone, and a clock that only moves when told to."""

    folder: Path
    now: datetime = MORNING
    options: dict[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        account = {"token": TOKEN}
        settings = Settings(
            data_dir=self.folder,
            simulator="on",
            wechat=account,
            **self.options,  # type: ignore[arg-type]
        )
        self.runtime: Runtime = create_app(settings, lambda: self.now).extensions["huying"]
        assert self.runtime.phones is not None
        self.phones = self.runtime.phones
        self.names = {actor.name: actor.id for actor in self.phones.actors()}
        self.groups = {g.name: g.chat for g in self.runtime.service.content.about.groups}
        self._read: dict[str, int] = {}

    def say(self, name: str, text: str, group: str | None = None) -> str | None:
        """One sentence through the webhook, and everything it sets off."""
        reply: str | None = self.phones.send(
            self.names[name], self.groups[group] if group else None, text
        )
        self.runtime.courier.deliver_due()
        return reply

    def heard(self, name: str) -> list[str]:
        """What has come to a phone since it was last looked at."""
        who = self.names[name]
        lines = [line for line in self.phones.feed(self._read.get(who, 0)) if line.actor == who]
        if lines:
            self._read[who] = lines[-1].id
        return [line.text for line in lines if not line.mine]

    def wait(self, **span: float) -> None:
        """Time passes, and what falls due happens."""
        self.now += timedelta(**span)
        self.runtime.fetcher.fetch_due()
        self.runtime.sweep()
        self.runtime.inbox.catch_up()
        self.runtime.courier.deliver_due()

    def wait_until(self, clock: time) -> None:
        """On to the next such time in China; from now on nobody is woken for what can wait."""
        self.runtime.service.settings.quiet.hours = "on"
        local = self.now.astimezone(LOCAL)
        then = datetime.combine(local.date(), clock, LOCAL)
        span = then - local if then > local else then + timedelta(days=1) - local
        self.wait(seconds=span.total_seconds())

    def issues(self) -> list[Issue]:
        """All issues, the oldest first."""
        with self.runtime.db.read() as tx:
            return table.latest(tx)[::-1]

    def issue(self, number: str) -> Issue:
        return next(issue for issue in self.issues() if issue.number == number)


STEP = re.compile(r"(?P<name>[^\s@<>]+)(?:@(?P<group>[^<>]+))?(?P<way>[<>]) ?(?P<text>.*)")
WAIT = re.compile(r"\+(\d+)(m|h|d)")
SPAN = {"m": "minutes", "h": "hours", "d": "days"}


class NotHeard(AssertionError):  # noqa: N818
    """A transcript expects something that no phone shows."""


def play(town: Town, script: str) -> None:
    """Play a transcript.

    `名字> 话` says it 1:1, `名字@群名> 话` in a group. `名字< 甲 … 乙` expects one new message on
    that phone which holds every piece; `名字< -` expects none. `+30m`, `+2h`, `+3d`: time passes.
    `@23:00`: on to the next such time, with quiet hours in force. `｜` begins a new line.
    """
    waiting: dict[str, list[str]] = {}
    for number, line in enumerate(script.splitlines(), 1):
        line = line.strip()
        if not line or line.startswith("#"):
            continue
        if span := WAIT.fullmatch(line):
            town.wait(**{SPAN[span[2]]: int(span[1])})
            continue
        if line.startswith("@"):
            town.wait_until(time.fromisoformat(line.removeprefix("@")))
            continue
        step = STEP.fullmatch(line)
        assert step is not None, f"line {number}: {line!r} is no step"
        if step["way"] == ">":
            town.say(step["name"], step["text"].replace("｜", "\n"), step["group"])
        else:
            heard = waiting.setdefault(step["name"], [])
            heard += town.heard(step["name"])
            _expect(heard, step["text"], f"line {number}: {line}")


def _expect(heard: list[str], wanted: str, where: str) -> None:
    if wanted == "-":
        if heard:
            raise NotHeard(f"{where}\nbut heard: {heard}")
        return
    pieces = [piece.strip() for piece in wanted.split("…")]
    for message in heard:
        if all(piece in message for piece in pieces):
            heard.remove(message)
            return
    raise NotHeard(f"{where}\nheard instead: {heard}")
