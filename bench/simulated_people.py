"""How the people of a simulated community behave: what they report, how late they are."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from bench.simulated_vendor import Clock
from data.contents import Content
from data.rows import PlaceRange
from desk.message import Push

NUMBER = re.compile(r"(?<!\d)\d{4}-\d{2,4}(?!\d)")
# When people write: by the hour of the day, and less at weekends.
HOURS = (1, 1, 1, 1, 1, 2, 4, 7, 9, 9, 8, 7, 6, 6, 7, 7, 7, 8, 9, 9, 8, 6, 4, 2)
WEEKEND = 0.7
LEVELS = {"U0": 1, "U1": 14, "U2": 55, "U3": 30}  # how often each level is reported
STORM = ("utility.power", "utility.water", "repair.roof", "safety.falling", "env.snow",
         "utility.network", "repair.light")  # fmt: skip
CHATTER = ("今天天气真好", "谢谢", "好的收到", "哈哈哈", "大家早上好", "晚上一起下棋")
DONE = ("已经修好了", "换了新的", "跟居民说清楚了", "清理干净了", "上门处理完了")
REASONS = ("不归我们管", "要专业单位来", "人手不够", "缺配件")
UNHAPPY = (
    ("还是老样子", True), ("没修好又坏了", True),
    ("根本没人来", False), ("电话都没接到，没人管", False),
)  # fmt: skip

Say = Callable[[str, str], str | None]  # address, text → reply
Later = Callable[[timedelta, Callable[[], object]], None]


@dataclass(frozen=True, slots=True)
class Resident:
    """Somebody with a phone and a home."""

    address: str
    robot: str
    estate: str
    building: str
    unit: str

    @property
    def home(self) -> str:
        return f"{self.estate}{self.building}号楼{self.unit}单元"


def residents(places: Sequence[PlaceRange], count: int, chance: random.Random) -> list[Resident]:
    """That many people, spread over the community's houses."""
    houses = [
        (place.estate, building, unit)
        for place in places
        for building in re.findall(r"\d+", place.buildings)
        for unit in re.findall(r"\d+", place.units)
        if place.buildings.replace("、", "").isdigit()
    ]
    return [
        Resident(f"openid-{n:05d}", f"robot-{n:05d}", *chance.choice(houses)) for n in range(count)
    ]


@dataclass
class Reports:
    """What is reported: the catalogue's examples, by how often each level occurs."""

    content: Content
    chance: random.Random

    def __post_init__(self) -> None:
        self._by_level = {
            level: [c for c in self.content.catalogue.values() if c.level == level and c.examples]
            for level in LEVELS
        }

    def text(self, resident: Resident, *, storm: bool) -> str:
        """One report, most often with its place."""
        catalogue = self.content.catalogue
        if storm and self.chance.random() < 0.9:
            category = catalogue[self.chance.choice(STORM)]
        else:
            [level] = self.chance.choices(list(LEVELS), list(LEVELS.values()))
            category = self.chance.choice(self._by_level[level])
        # examples.csv is long and written by residents too; the first ones are the catalogue's own.
        example = self.chance.choice(category.examples[:40])
        return f"{resident.home}，{example}" if self.chance.random() < 0.75 else example

    def times(self, day: datetime, expected: float) -> Iterator[datetime]:
        """When in a (local) day something is reported."""
        share = WEEKEND if day.weekday() >= 5 else 1.0
        count = round(self.chance.gauss(expected * share, (expected * share) ** 0.5))
        for hour in self.chance.choices(range(24), HOURS, k=max(count, 0)):
            yield day + timedelta(hours=hour, seconds=self.chance.randrange(3600))


@dataclass(frozen=True, slots=True)
class Rated:
    """A resident's last word on an issue, as the simulation itself remembers it."""

    contacted: bool
    solved: bool
    satisfaction: str


@dataclass
class Public:
    """Residents: they report, answer questions, urge, add, join, rate, or say nothing."""

    say: Say
    click: Say
    later: Later
    chance: random.Random
    ratings: dict[str, Rated] = field(default_factory=dict)

    def report(self, resident: Resident, text: str) -> None:
        self._heard(resident, text, self.say(resident.address, text), tries=0)

    def _heard(self, resident: Resident, text: str, reply: str | None, tries: int) -> None:
        """What a resident does after the bot has answered a report."""
        if reply is None:
            return
        number = NUMBER.search(reply)
        if number is None:
            if "？" in reply and tries < 3 and self.chance.random() < 0.85:
                answer = self._answer(resident, reply)
                pause = timedelta(seconds=self.chance.randrange(20, 600))
                self.later(pause, partial(self._reply, resident, text, answer, tries + 1))
            return
        self._follow_up(resident, number[0])

    def _reply(self, resident: Resident, text: str, answer: str, tries: int) -> None:
        self._heard(resident, text, self.say(resident.address, answer), tries)

    def _answer(self, resident: Resident, question: str) -> str:
        if self.chance.random() < 0.05:
            return "算了"
        if "是在您家" in question:
            return "是"
        return self.chance.choice("12") if "1. " in question else resident.home

    def _follow_up(self, resident: Resident, number: str) -> None:
        habits = (
            (0.12, 20, 72, f"催办 {number}"), (0.05, 80, 200, f"催办 {number}"),
            (0.03, 100, 240, f"催 {number}"), (0.10, 0, 3, f"补充 {number} 就在门口那里"),
            (0.15, 4, 90, f"进度 {number}"), (0.02, 1, 30, f"撤销 {number}"),
            (0.03, 0, 1, "谢谢"),
        )  # fmt: skip
        for share, soonest, latest, words in habits:
            if self.chance.random() < share:
                span = timedelta(hours=self.chance.uniform(soonest, latest))
                self.later(span, partial(self.say, resident.address, words))

    def asked_to_rate(self, address: str, number: str) -> None:
        """The desk says it is done."""
        lot = self.chance.random()
        span = timedelta(hours=self.chance.uniform(0.1, 60))
        if lot < 0.40:
            self.later(span, partial(self._happy, address, number, fairly=False))
        elif lot < 0.50:
            self.later(span, partial(self._happy, address, number, fairly=True))
        elif lot < 0.62:
            words, contacted = self.chance.choice(UNHAPPY)
            self.later(span, partial(self._unhappy, address, number, words, contacted=contacted))

    def _happy(self, address: str, number: str, *, fairly: bool) -> None:
        word, key = ("基本满意", "fairly") if fairly else ("满意", "satisfied")
        if self.chance.random() < 0.5:
            reply = self.click(address, f"{key}:{number}")
        else:
            reply = self.say(address, f"{word} {number}")
        if reply and number in reply and "谢谢您的评价" in reply:
            self.ratings[number] = Rated(True, True, key)

    def _unhappy(self, address: str, number: str, words: str, *, contacted: bool) -> None:
        reply = self.say(address, f"不满意 {number} {words}")
        if reply and number in reply and "已重办" in reply:
            self.ratings[number] = Rated(contacted, False, "unsatisfied")


@dataclass
class Staff:
    """Those who work: prompt or late, they accept, decline, pass on, ask for time, forget."""

    say: Say
    click: Say
    later: Later
    clock: Clock
    chance: random.Random
    teams: Sequence[str]  # names to which work is passed on
    known: set[tuple[str, str]] = field(default_factory=set)  # worker and number: in hand

    def hears(self, push: Push) -> None:
        """A push has come to a worker's phone."""
        number = NUMBER.search(push.text)
        if push.text.startswith("早上好"):
            for found in NUMBER.findall(push.text):
                self._takes_up(push.address, found, urgent=False)
        elif number is None:
            return
        elif push.text.startswith("【待批】"):
            self._decides(push.address, number[0])
        elif push.text.startswith("【吹哨】"):
            self._turns_out(push.address, number[0])
        elif any(key.startswith("accept:") for _, key in push.actions) or "【" in push.text[:1]:
            self._takes_up(push.address, number[0], urgent="紧急" in push.text)
        elif "请过问" in push.text or "请督促" in push.text:
            self._looks_into(push.address, number[0])

    def _takes_up(self, who: str, number: str, *, urgent: bool) -> None:
        if (who, number) in self.known or self.chance.random() < 0.08:
            return  # in hand already, or forgotten
        self.known.add((who, number))
        hours = self.chance.choice((0.02, 0.05, 0.2) if urgent else (0.3, 1, 3, 9, 26))
        self.later(self._at_work(hours, urgent=urgent), partial(self._acts, who, number))

    def _acts(self, who: str, number: str) -> None:
        lot = self.chance.random()
        if lot < 0.06:
            self.say(who, f"退单 {number} {self.chance.choice(REASONS)}")
            self.known.discard((who, number))
            return
        if lot < 0.11:
            self.say(who, f"转派 {number} {self.chance.choice(self.teams)}")
            self.known.discard((who, number))
            return
        accepted = self.click(who, f"accept:{number}")
        if accepted is None or "已接单" not in accepted:
            return
        if lot < 0.17:
            self.say(who, f"延期 {number} {self.chance.randrange(1, 6)}天 等配件")
        elif lot < 0.20:
            self.say(who, f"挂起 {number} 等统一施工")
            days = self.chance.uniform(2, 12)
            self.later(timedelta(days=days), partial(self.say, who, f"恢复 {number}"))
        hours = self.chance.choice((1, 4, 20, 40, 70, 120, 260))
        self.later(self._at_work(hours), partial(self._finishes, who, number))

    def _finishes(self, who: str, number: str) -> None:
        self.known.discard((who, number))
        if self.chance.random() < 0.06:
            return  # forgotten until somebody reminds
        reply = self.say(who, f"办结 {number} {self.chance.choice(DONE)}")
        if reply and "现在不能这样办" in reply:  # paused, perhaps: another try later
            self.later(timedelta(days=5), partial(self.say, who, f"办结 {number} 处理完了"))

    def _decides(self, who: str, number: str) -> None:
        words = "同意" if self.chance.random() < 0.8 else "不同意"
        text = f"{words} {number} 先想办法"
        self.later(self._at_work(self.chance.uniform(0.2, 20)), partial(self.say, who, text))

    def _turns_out(self, who: str, number: str) -> None:
        if self.chance.random() < 0.7:
            self.later(self._at_work(3), partial(self.say, who, f"报到 {number}"))
            self.later(self._at_work(30), partial(self.say, who, f"办结 {number} 已处理"))

    def _looks_into(self, who: str, number: str) -> None:
        lot = self.chance.random()
        if lot < 0.15:
            self.later(self._at_work(1), partial(self.say, who, f"督办 {number}"))
        elif lot < 0.25:
            team = self.chance.choice(self.teams)
            self.later(self._at_work(1), partial(self.say, who, f"转派 {number} {team}"))
        elif lot < 0.27:
            text = f"吹哨 {number} 供电所、热力公司、惠民物业"
            self.later(self._at_work(1), partial(self.say, who, text))

    def _at_work(self, hours: float, *, urgent: bool = False) -> timedelta:
        """That much later, in the daytime unless it is urgent."""
        at = self.clock.local + timedelta(hours=hours * self.chance.uniform(0.6, 1.4))
        if not urgent and not 8 <= at.hour < 19:
            days = 1 if at.hour >= 19 else 0
            morning = at.replace(hour=8, minute=0, second=0) + timedelta(days=days)
            at = morning + timedelta(minutes=self.chance.randrange(180))
        return at - self.clock.local
