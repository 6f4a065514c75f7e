"""A community's amendments laid over the shipped content and settings.

They are kept entry by entry, and of an entry only what differs: whatever an upgrade brings besides
shows through. One that no longer fits is left out and reported; it never keeps a server from
starting.
"""

from __future__ import annotations

import json
import string
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

from pydantic import BaseModel

from data.contents import About, BadContent, Category, Content, checked
from data.settings import Settings
from data.staff_rows import Amendment

RUNNING: Final = ("quiet", "loop", "dialog", "practices", "media")  # sections read anew each time
ADDED: Final = {"more_words": "words", "more_examples": "examples"}
Both = tuple[Content, Settings]


@dataclass(frozen=True)
class Misfit:
    """An amendment that the content has no place for any more, and why."""

    area: str
    entry: str
    reason: str


@dataclass(frozen=True)
class Laid:
    """Content and settings as amended."""

    content: Content
    settings: Settings
    misfits: tuple[Misfit, ...] = ()


def lay(content: Content, settings: Settings, amendments: Iterable[Amendment]) -> Laid:
    """The shipped content and the given settings with every amendment that fits."""
    both = (content, settings)
    misfits = []
    for each in amendments:
        layer = _LAYERS.get(each.area)
        if layer is None or not each.value:
            continue  # teams are changed where they are kept
        try:
            both = layer(both, each.entry, json.loads(each.value))
        except BadContent as fault:
            misfits.append(Misfit(each.area, each.entry, str(fault)))
    return Laid(*both, tuple(misfits))


def _category(both: Both, entry: str, said: Any) -> Both:
    content, settings = both
    known = content.catalogue.get(entry)
    if known is None:
        raise BadContent(f"目录里没有 {entry}")
    whole = known.model_dump()
    for name, value in said.items():
        whole[ADDED.get(name, name)] = (
            (*whole[ADDED[name]], *value) if name in ADDED else value
        )  # fmt: skip
    category = checked(Category, whole, entry)
    return replace(content, catalogue={**content.catalogue, entry: category}), settings


def _reply(both: Both, entry: str, said: Any) -> Both:
    content, settings = both
    known = content.replies.get(entry)
    if known is None:
        raise BadContent(f"没有 {entry} 这句话")
    if extra := blanks(said) - blanks(known):
        raise BadContent(
            f"不认识的空格 {'、'.join(f'{{{name}}}' for name in sorted(extra))}，"
            f"这里能用：{'、'.join(f'{{{name}}}' for name in sorted(blanks(known))) or '（没有）'}"
        )
    return replace(content, replies={**content.replies, entry: said}), settings


def blanks(text: str) -> set[str]:
    """The names of a reply's blanks; BadContent if its braces do not match."""
    try:
        found = {name for _, name, _, _ in string.Formatter().parse(text) if name is not None}
    except ValueError as error:
        raise BadContent(f"大括号不成对：{error}。要写大括号本身，写两遍：{{{{ }}}}") from error
    return found


def _lexicon(both: Both, entry: str, said: Any) -> Both:
    content, settings = both
    name, _, key = entry.partition("/")
    known = content.lexicons.get(name, {})
    if key not in known:
        raise BadContent(f"词表里没有 {entry}")
    value = section(said, key)
    if fault := _unlike(known[key], value):
        raise BadContent(f"{key}：{fault}")
    changed = {**known, key: value}
    return replace(content, lexicons={**content.lexicons, name: changed}), settings


def section(text: str, key: str) -> Any:
    """The one section that a piece of TOML holds; BadContent says at which line it goes wrong."""
    try:
        found = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadContent(_placed(error, text)) from error
    if set(found) != {key}:
        more = "、".join(sorted(set(found) - {key}))
        raise BadContent(f"这里只能写 {key}" + (f"，请去掉 {more}" if more else "，不能整段删掉"))
    return found[key]


_REASONS: Final = {  # tomllib's words, as far as people meet them
    "Unclosed array": "方括号没有合上",
    "Unclosed inline table": "花括号没有合上",
    "Unterminated string": "引号没有合上",
    "Illegal character": "引号没有合上，或者有不能用的字符",
    "Invalid value": "这里要写引号里的词，或者一个数",
    "Expected '=' after a key in a key/value pair": "名字后面少了等号",
    "Invalid statement": "名字不对；中文的名字要放在引号里",
    "Invalid initial character for a key part": "名字不对；中文的名字要放在引号里",
    "Expected newline or end of document after a statement": "这一行后面多了东西",
    "Cannot overwrite a value": "这个名字写了两次",
}


def _placed(error: tomllib.TOMLDecodeError, text: str) -> str:
    """The parser's word with its line, which it calls the end of the document where it is that."""
    last = text.count("\n") + 1
    words = str(error).replace("at end of document", f"at line {last}, end of text")
    reason, _, place = words.rpartition(" (at ")
    where = place.rstrip(")").replace("line ", "第 ").replace(", column ", " 行第 ")
    where = where.replace(", end of text", " 行末尾")
    known = next((words for head, words in _REASONS.items() if reason.startswith(head)), reason)
    return f"{where}{' 个字' if '行第' in where else ''}：{known}"


def _unlike(shipped: Any, value: Any) -> str:
    """How a section's shape differs from the shipped one's; "" if it does not."""
    if isinstance(shipped, bool) or isinstance(value, bool):
        return "" if isinstance(value, type(shipped)) else "类型不对"
    if isinstance(shipped, int | float):
        return "" if isinstance(value, int | float) else "要是一个数"
    if isinstance(shipped, str):
        return "" if isinstance(value, str) and value.strip() else "要是引号里的一段话，不能空着"
    if isinstance(shipped, list):
        good = isinstance(value, list) and value and all(isinstance(v, str) and v for v in value)
        return "" if good else '要是词的列表：["词", "词"]，不能空着'
    if not isinstance(value, Mapping):
        return "要是一张表"
    shapes = list(shipped.values())
    for name, each in value.items():
        own = [shipped[name]] if name in shipped else shapes
        faults = [_unlike(shape, each) for shape in own]
        if faults and all(faults):
            return f"{name} {faults[0]}"
    if gone := set(shipped) - set(value):
        return f"不能删掉 {'、'.join(sorted(gone))}"
    return ""


def _about(both: Both, entry: str, said: Any) -> Both:
    content, settings = both
    whole = {**content.about.model_dump(), **said}
    return replace(content, about=checked(About, whole, entry)), settings


def _running(both: Both, entry: str, said: Any) -> Both:
    content, settings = both
    if entry not in RUNNING:
        raise BadContent(f"{entry} 不能在这里改")
    known: BaseModel = getattr(settings, entry)
    made = checked(type(known), {**known.model_dump(), **said}, entry)
    return content, settings.model_copy(update={entry: made})


_LAYERS: Final[Mapping[str, Callable[[Both, str, Any], Both]]] = {
    "catalogue": _category, "replies": _reply, "lexicons": _lexicon, "community": _about,
    "running": _running,
}  # fmt: skip
