"""A sentence of labelled parts in any order: 修车棚 牵头 供电所 预算 3000元 期限 2027-03-31."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence


def read(text: str, labels: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Each part by the name of its label; what stands before the first is under ""."""
    names = {word: name for name, words in labels.items() for word in words}
    either = "|".join(map(re.escape, sorted(names, key=len, reverse=True)))
    pattern = re.compile(rf"(?:(?<=[\s,，;；。])|^)(?P<label>{either})[\s:：]*(?=\S)")
    found: dict[str, str] = {}
    name, start = "", 0
    for said in pattern.finditer(text):
        _keep(found, name, text[start : said.start()])
        name, start = names[said["label"]], said.end()
    _keep(found, name, text[start:])
    return found


def _keep(found: dict[str, str], name: str, part: str) -> None:
    part = part.strip(" \t\n,，;；。")
    if part:
        found.setdefault(name, part)
