"""The values that understanding takes and gives. Plain data: nothing here imports another room."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Intent = Literal[
    "report", "chatter", "thanks", "progress", "urge", "metoo",
    "supplement", "rate", "withdraw", "human", "help",
]  # fmt: skip
Urgency = Literal["U0", "U1", "U2", "U3"]
Nature = Literal["咨询", "求助", "投诉", "举报", "建议", "心愿", "表扬"]


@dataclass(frozen=True, slots=True)
class CategoryWords:
    """One category of the catalogue as the classifier sees it."""

    code: str
    top: str  # name of the upper category: 维修
    sub: str  # name of the category: 楼道灯/路灯
    level: Urgency
    words: tuple[str, ...] = ()  # words that by themselves point at it; also jieba user words
    examples: tuple[str, ...] = ()  # whole sentences residents write


@dataclass(frozen=True, slots=True)
class PlaceRow:
    """One row of the places file: an estate, or a part of it, and the grid it belongs to.

    `buildings` such as `1-12` or `A1-A6、B1-B4`, `units` such as `1-3`; empty means all.
    """

    estate: str
    aliases: tuple[str, ...] = ()
    buildings: str = ""
    units: str = ""
    grid: str = ""


@dataclass(frozen=True, slots=True)
class Knowledge:
    """All a community tells the understander. `names` are teams, units and people (jieba words).

    `lexicons` are the files of data/content/lexicons by name, as parsed TOML. `sayings` are
    (intent, text), where rate+ and rate- tell who is content; `alarms` are (U0 or no, text);
    `doubles` are (codes, text) of one message, its requests marked; `lessons` are (text, code),
    what staff have corrected. `learned` is what the classifiers are trained from, where that is
    less than all this.
    """

    categories: tuple[CategoryWords, ...]
    places: tuple[PlaceRow, ...] = ()
    names: tuple[str, ...] = ()
    lexicons: Mapping[str, Mapping[str, object]] = field(default_factory=dict)
    sayings: tuple[tuple[str, str], ...] = ()
    alarms: tuple[tuple[str, str], ...] = ()
    doubles: tuple[tuple[str, str], ...] = ()
    lessons: tuple[tuple[str, str], ...] = ()
    learned: Knowledge | None = None


@dataclass(frozen=True, slots=True)
class Place:
    """Where. Every field is None when it was not said. `choices`: estates that fit equally well."""

    estate: str | None = None
    building: str | None = None  # "3", "A2", "甲4"
    unit: str | None = None
    room: str | None = None
    grid: str | None = None  # the finest grid of the gazetteer that holds it
    choices: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Part:
    """One request in a message."""

    text: str
    category: str  # code
    confidence: float  # 0..1, calibrated: how often such an answer is right
    top: tuple[tuple[str, float], ...]  # best three (code, probability), best first
    evidence: tuple[str, ...]  # the words that decided it, as the resident wrote them
    urgency: Urgency
    urgency_reason: str  # in Chinese words; "" when it is the catalogue's level
    nature: Nature
    place: Place | None


@dataclass(frozen=True, slots=True)
class Mentions:
    """People and numbers in the text."""

    phones: tuple[str, ...] = ()
    vulnerable: tuple[str, ...] = ()  # 独居, 孕妇, 残疾, 80岁以上 …
    when: str = ""  # as written: 昨晚八点
    issue_numbers: tuple[str, ...] = ()  # 1123-07


@dataclass(frozen=True, slots=True)
class Understanding:
    text: str  # folded: simplified, half-width, no emoji
    intent: Intent
    intent_confidence: float
    parts: tuple[
        Part, ...
    ]  # for a report at least one; else what the text itself states, often none
    place: Place | None
    mentions: Mentions
    positive: bool = True  # for `rate`: whether the speaker is content
