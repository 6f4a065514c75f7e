"""Phones without a desk behind them: what is said goes to a list, and a small script answers."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from console.chat import Actor, Line, WebhookFailed, Yard

DESK = (1366, 768)
PHONE = (390, 844)

GROUP = "wr-elm"
LISA = Actor(
    "lisa",
    "李秀兰",
    "resident",
    "居民",
    "泉馨苑小区 3号楼2单元",
    ((None, "呼应"), (GROUP, "泉馨苑邻里群")),
)
WANG = Actor(
    "wang", "王芳", "worker", "网格员", "负责泉馨苑小区", ((None, "呼应"), (GROUP, "泉馨苑邻里群"))
)
ZHANG = Actor("zhang", "张建国", "member", "队长", "小扳手志愿服务队", ((None, "呼应"),))
LIHUI = Actor("lihui", "李慧", "member", "队长", "法律服务队", ((None, "呼应"),))
GAO = Actor("gao", "高建民", "secretary", "书记", "朝阳街社区", ((None, "呼应"),))


def answer(_actor: str, chat: str | None, text: str) -> str | None:
    """The script of the fake bot: silent on laughter, else a receipt as the real one writes."""
    if "哈哈" in text:
        return None
    if chat is not None:
        return "收到，编号 1123-01，详情私信。"
    return "已受理，编号 1123-01。\n回“进度”随时查看。"


class FakePhones:
    """Answers with `script(actor, chat, text)`; `push` stands for the outbox."""

    def __init__(self, script: Callable[[str, str | None, str], str | None]) -> None:
        self.script = script
        self.people = (LISA, WANG, ZHANG, LIHUI, GAO)
        self.failing = 0  # the status the webhook answers with, 0 while it works
        self.lines: list[Line] = []
        self.lock = threading.Lock()

    def actors(self) -> Sequence[Actor]:
        return self.people

    def yards(self) -> Sequence[Yard]:
        return (Yard("yard-elm-1", "泉馨苑小区1至4号楼"), Yard("yard-elm-2", "泉馨苑小区5至8号楼"))

    def send(self, actor: str, chat: str | None, text: str) -> str | None:
        if self.failing:
            raise WebhookFailed(self.failing)
        self.say(actor, chat, text)
        reply = self.script(actor, chat, text)
        if reply is not None:
            self.push(actor, chat, reply)
        return reply

    def photo(self, name: str) -> bytes:
        raise AssertionError(name)

    def image(self, actor: str, chat: str | None, photo: bytes = b"") -> str | None:  # noqa: ARG002
        self.say(actor, chat, "", kind="image")
        self.push(actor, chat, "照片收到了。")
        return "照片收到了。"

    def subscribe(self, actor: str, yard_code: str) -> str | None:
        title = next(yard.title for yard in self.yards() if yard.code == yard_code)
        self._add(Line(0, actor, None, self._name(actor), True, f"扫了{title}的码", _now(), "note"))
        self.push(actor, None, f"您在{title}。")
        return f"您在{title}。"

    def click(self, actor: str, label: str, key: str) -> str | None:
        self.say(actor, None, f"{label} {key.partition(':')[2]}")
        self.push(actor, None, "已接单。")
        return "已接单。"

    def feed(self, after: int) -> Sequence[Line]:
        with self.lock:
            return self.lines[after:]

    def say(
        self, actor: str, chat: str | None, text: str, *, kind: str = "text", ago: int = 0
    ) -> None:
        at = _now() - timedelta(minutes=ago)
        line = Line(0, actor, chat, self._name(actor), True, text, at)
        self._add(replace(line, kind="image") if kind == "image" else line)

    def push(
        self,
        actor: str,
        chat: str | None,
        text: str,
        *,
        ago: int = 0,
        actions: tuple[tuple[str, str], ...] = (),
    ) -> None:
        at = _now() - timedelta(minutes=ago)
        self._add(Line(0, actor, chat, "呼应", False, text, at, actions=actions))

    def _add(self, line: Line) -> None:
        with self.lock:
            self.lines.append(replace(line, id=len(self.lines) + 1))

    def _name(self, actor: str) -> str:
        return next(known.name for known in self.people if known.id == actor)


def _now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Site:
    url: str
    phones: FakePhones
