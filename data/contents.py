"""The content files: catalogue, replies, lexicons, and what a community says about itself."""

from __future__ import annotations

import csv
import tomllib
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

M = TypeVar("M", bound=BaseModel)
Level = Literal["U0", "U1", "U2", "U3"]
Pairs = tuple[tuple[str, str], ...]
Slot = Literal["estate", "building", "unit", "room"]
OWNER_TYPES = (
    "emergency", "property", "utility", "volunteer", "community", "department", "grid",
    "mediation", "legal", "police", "partner", "health", "superior",
)  # fmt: skip


class BadContent(ValueError):  # noqa: N818
    """A content file cannot be read; the text names the file, the entry and the fault."""


class Category(BaseModel):
    """One entry of catalogue.toml."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    code: str = Field(pattern=r"^[a-z]+\.[a-z_]+$")
    top: str
    sub: str
    name: str
    owner: str
    level: Level
    limit: str = Field(pattern=r"^\d+(min|h|d|wd)$")
    mode: Literal["visit", "errand", "urgent", "online"] | None = None  # how it is usually met
    private: bool = False  # in a group nothing but the number is said of it
    skills: tuple[str, ...] = ()
    slots: tuple[Slot, ...] = ()
    words: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()


class Group(BaseModel):
    """A group chat and the estate whose neighbours are in it."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    chat: str
    name: str
    estate: str = ""


class About(BaseModel):
    """community.toml: who the community is and who answers when nobody else does."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    name: str
    city: str = ""
    desk: str  # team code of the 兜底 queue
    superior: str  # person who hears complaints about staff
    street: str  # person who hears complaints about the superior
    duty: tuple[str, ...]  # persons, in the order in which they are called
    numbers: Mapping[str, str] = Field(default_factory=dict)
    groups: tuple[Group, ...] = ()
    phones: tuple[str, ...] = ()  # whose phones the simulator shows first
    days_off: tuple[date, ...] = ()  # free although the calendar says work
    days_on: tuple[date, ...] = ()  # worked although the calendar says free


class Versioned(BaseModel):
    """What is in force from a day on, until its next version."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str = Field(pattern=r"^[a-z_]+$")
    version: int = Field(ge=1)
    since: date
    title: str


class PointRule(Versioned):
    """A rule of points. Its event is a deed in the logs: no other word fits."""

    event: str = Field(pattern=r"^[a-z_]+\.(confirm|satisfied|hold|adopt|person)$")
    points: int = Field(ge=1)
    cap: int = Field(ge=1)  # in a quarter


class Policy(Versioned):
    """A standing rule of the community (长效工作制度)."""

    text: str


class Practice(BaseModel):
    """practices/<area>.toml: what can be said there, its line of help, and the bot's words."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    title: str
    commands: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)
    help: Mapping[str, str] = Field(default_factory=dict)  # by command
    words: Mapping[str, tuple[str, ...]] = Field(default_factory=dict)  # lists; names are shared
    say: Mapping[str, Any] = Field(default_factory=dict)  # joined to replies.toml
    rule: tuple[PointRule, ...] = ()
    policy: tuple[Policy, ...] = ()


@dataclass(frozen=True)
class Content:
    """Everything under data/content, read once."""

    catalogue: Mapping[str, Category]
    replies: Mapping[str, str]
    commands: Mapping[str, tuple[str, ...]]
    words: Mapping[str, tuple[str, ...]]  # lists that are no commands: glued, accusing …
    lexicons: Mapping[str, Mapping[str, Any]]
    sayings: Pairs  # (intent, what somebody wrote)
    alarms: Pairs  # (U0 or no, what somebody wrote)
    doubles: Pairs  # (categories, several requests in one message, marked)
    about: About
    practices: Mapping[str, Practice]

    @property
    def reject_reasons(self) -> Mapping[str, str]:
        """The reasons for 不予受理 by the number they are chosen by."""
        head = "reject_reason."
        return {n.removeprefix(head): r for n, r in self.replies.items() if n.startswith(head)}


def load_content(folder: Path) -> Content:
    """Read a content folder; BadContent says what is wrong with it."""
    spoken = _toml(folder / "commands.toml")
    practices = load_practices(folder / "practices")
    replies, words = _flat(_toml(folder / "replies.toml")), _commands(spoken.get("words", {}))
    replies |= _flat(_toml(folder / "console.toml"), "console.")
    for path in sorted((folder / "areas").glob("*.toml")):
        replies |= _flat(_toml(path), f"area.{path.stem}.")
    for area, practice in practices.items():
        _join(replies, _flat(practice.say), area)
        _join(words, practice.words, area)
    return Content(
        catalogue=load_catalogue(folder / "catalogue.toml"),
        replies=replies,
        commands=_commands(spoken),
        words=words,
        lexicons=load_lexicons(folder),
        sayings=load_pairs(folder / "intents.csv"),
        alarms=load_pairs(folder / "urgency.csv"),
        doubles=load_doubles(folder / "doubles.csv"),
        about=checked(About, _toml(folder / "community" / "community.toml"), "community.toml"),
        practices=practices,
    )


def load_practices(folder: Path) -> dict[str, Practice]:
    """The practices by the names of their files."""
    found: dict[str, Practice] = {}
    for path in sorted(folder.glob("*.toml")):
        practice = checked(Practice, _toml(path), f"practices/{path.name}")
        if set(practice.help) - set(practice.commands):
            raise BadContent(f"practices/{path.name}：help 里有 commands 里没有的动作")
        versioned: tuple[Versioned, ...] = (*practice.rule, *practice.policy)
        versions = [(each.id, each.version) for each in versioned]
        if len(set(versions)) < len(versions):
            raise BadContent(f"practices/{path.name}：同一条的同一版写了两次")
        found[path.stem] = practice
    return found


def _join(all_: dict[str, Any], more: Mapping[str, Any], area: str) -> None:
    """Add an area's names; a name that is taken is a mistake, not an override."""
    if taken := sorted(set(all_) & set(more)):
        raise BadContent(f"practices/{area}.toml：{'、'.join(taken)} 别处已经有了")
    all_.update(more)


def load_lexicons(folder: Path) -> dict[str, dict[str, Any]]:
    """The word lists, by file name."""
    return {path.stem: _toml(path) for path in sorted((folder / "lexicons").glob("*.toml"))}


def load_catalogue(path: Path) -> dict[str, Category]:
    """The categories by code, in the file's order."""
    entries = _toml(path).get("category", [])
    more = _more_examples(path.with_name("examples.csv"))
    found: dict[str, Category] = {}
    for index, entry in enumerate(entries, 1):
        category = checked(Category, entry, f"{path.name} 第 {index} 类")
        if category.code in found:
            raise BadContent(f"{path.name}：{category.code} 出现了两次，删去一个")
        examples = (*category.examples, *more.pop(category.code, ()))
        found[category.code] = category.model_copy(update={"examples": examples})
    if more:
        raise BadContent(f"examples.csv：没有 {'、'.join(sorted(more))} 这样的类别")
    return found


def _more_examples(path: Path) -> dict[str, list[str]]:
    """Further examples by category code: what residents wrote, and corrections by staff."""
    found: dict[str, list[str]] = defaultdict(list)
    for code, text in load_pairs(path):
        found[code].append(text)
    return found


def load_pairs(path: Path) -> Pairs:
    """A table of two columns with heads: what something is, and the words that were written."""
    if not path.exists():
        return ()
    with path.open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    for number, row in enumerate(rows, 1):
        if len(row) != 2:
            raise BadContent(f"{path.name} 第 {number} 行：要有两列")
    return tuple((label.strip(), text.strip()) for label, text in rows[1:])


def load_doubles(path: Path) -> Pairs:
    """Messages whose requests are marked: a‖b, with as many categories: c、d."""
    pairs = load_pairs(path)
    for number, (codes, text) in enumerate(pairs, 2):
        if codes.count("、") != text.count("‖"):
            raise BadContent(f"{path.name} 第 {number} 行：有几件事（用 ‖ 隔开），就写几个类别")
    return pairs


def checked(shape: type[M], entry: object, where: str) -> M:
    try:
        return TypeAdapter(shape).validate_python(entry)
    except ValidationError as error:
        faults = [
            f"{'.'.join(map(str, e['loc']))} {e['msg']}"
            for e in error.errors(include_input=False, include_url=False)
        ]
        raise BadContent(f"{where}: {';'.join(faults)}") from None


def _toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise BadContent(f"读不到 {path.name}： {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise BadContent(f"{path.name} 不是合格的 TOML: {error}") from error


def _flat(tables: Mapping[str, Any], prefix: str = "") -> dict[str, str]:
    """Replies by dotted name: {"receipt": {"group": "…"}} becomes {"receipt.group": "…"}."""
    found: dict[str, str] = {}
    for name, value in tables.items():
        if isinstance(value, Mapping):
            found |= _flat(value, f"{prefix}{name}.")
        else:
            found[prefix + name] = str(value).strip("\n")
    return found


def _commands(tables: Mapping[str, Any]) -> dict[str, tuple[str, ...]]:
    return {name: tuple(words) for name, words in tables.items() if isinstance(words, list)}
