"""The fixed words people act with: 接单 1123-07, 办结 已换灯泡, 满意.

The words themselves stand in data/content/commands.toml.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

STAFF = (
    "accept", "decline", "transfer", "finish", "todo", "details", "pause", "extend", "resume",
    "arrive", "exclude", "mode",
)  # fmt: skip
OVERSEEING = (
    "recategorise",
    "unlearn",
    "merge",
    "unmerge",
    "common",
    "rates",
    "supervise",
    "agree",
    "refuse",
    "reject",
    "assist",
    "whistle",
    "whistles",
    "broadcast",
    "split",
    "hold",
    "release",
)
PUNCTUATION = "".join((" \t\n", ",.!?~", "。、…"))
# Full-width letters, digits and dashes as ASCII, one for one: a text keeps its own punctuation.
WIDE = {0xFEE0 + code: chr(code) for code in range(0x21, 0x7F) if chr(code) not in ",.:;!?()"}
WIDE[0x3000] = " "
_GAP = r"[\s,:;.!+，：；！。、]*"
# A day (MMDD), a dash of any kind, a running number.
_NUMBER = r"((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))\s*[-—–−_]\s*(\d{1,4})"
_NUMBERS = re.compile(rf"(?<![\d-]){_NUMBER}(?![\d-])")


@dataclass(frozen=True, slots=True)
class Command:
    """A word of command, the issue number if one was said, and the rest."""

    name: str
    number: str | None
    rest: str


def issue_number(text: str) -> str | None:
    """The first issue number in a text, as it is stored: 1123-07."""
    found = _NUMBERS.search(unicodedata.normalize("NFKC", text))
    return f"{found[1]}-{int(found[2]):02d}" if found else None


class Commands:
    """Reads commands by the words of one community.

    After a `glued` word its text may follow without a space, unless it begins with a `not_so`:
    办结已更换灯泡, but not 办结不了.
    """

    def __init__(
        self,
        words: Mapping[str, Sequence[str]],
        glued: Collection[str] = (),
        not_so: Collection[str] = (),
    ) -> None:
        self.words = words
        verbs = sorted(
            ((word, name) for name, spoken in words.items() for word in spoken),
            key=lambda pair: -len(pair[0]),
        )
        self._names = dict(verbs)
        denied = f"(?!{'|'.join(map(re.escape, not_so))})" if not_so else ""
        either = "|".join(
            re.escape(word) + (denied if word in glued else r"(?![^\W\d_])") for word, _ in verbs
        )
        self._pattern = re.compile(
            rf"[#【\[\s]*(?:{_NUMBER}[\]】]?{_GAP})?(?P<verb>{either})"
            rf"{_GAP}[#【\[]?(?:{_NUMBER}[\]】]?)?{_GAP}(?P<rest>.*)",
            re.DOTALL | re.IGNORECASE,
        )

    def parse(self, text: str) -> Command | None:
        """The command a text begins with, or None."""
        found = self._pattern.match(text.translate(WIDE).strip())
        if found is None:
            return None
        day, count = (found[1], found[2]) if found[1] else (found[4], found[5])
        number = f"{day}-{int(count):02d}" if day else None
        return Command(self._names[found["verb"].lower()], number, found["rest"].strip())

    def says(self, name: str, text: str) -> bool:
        """Whether a text is, but for punctuation, one of a command's words."""
        said = unicodedata.normalize("NFKC", text).strip(PUNCTUATION).lower()
        return said in self.words[name]
