"""A stretch of group chat that somebody copied: who said what, line by line."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

_DAY = r"(?:\d{2,4}[-/年.]\d{1,2}[-/月.]\d{1,2}日?|\d{1,2}[-/月.]\d{1,2}日?|昨天|今天|星期.)?"
_CLOCK = rf"{_DAY}\s*(?:上午|下午|早上|中午|晚上|凌晨|[AP]M)?\s*\d{{1,2}}:\d{{2}}(?::\d{{2}})?"
_NAME = r"(?P<name>[^\s:][^:\n]{0,20}?)"
# 「张三 10:23: 话」, 「张三 2026/11/23 10:23:45」 and the words below it, 「[10:23] 张三: 话」.
_HEAD = re.compile(
    rf"^[ \t]*(?:\[?{_CLOCK}\]?[ \t]+(?P<late>[^\s:][^:\n]{{0,20}}?)[ \t]*:"
    rf"|{_NAME}[ \t]+{_CLOCK}[ \t]*:?)[ \t]*\n?",
    re.MULTILINE,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One person's words in a pasted chat."""

    name: str
    text: str


def pasted(text: str) -> tuple[Line, ...]:
    """The lines of a pasted chat, empty ones left out; () when the text is not one."""
    plain = unicodedata.normalize("NFKC", text)
    heads = list(_HEAD.finditer(plain))
    if not heads or plain[: heads[0].start()].strip():
        return ()
    ends = [head.start() for head in heads[1:]] + [len(plain)]
    lines = (
        Line((head["name"] or head["late"]).strip(), plain[head.end() : end].strip())
        for head, end in zip(heads, ends, strict=True)
    )
    return tuple(line for line in lines if line.text)
