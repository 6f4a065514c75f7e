"""One letter per pronunciation: words that sound alike become equal strings of equal length.

A text and a lexicon written in these letters can be compared position by position, so 店梯 finds
电梯 and 单元们 finds 单元门. Confusions that voice input and dialects make anyway (zh/z, n/l before
nothing, en/eng, in/ing …) are one pronunciation here.
"""

from __future__ import annotations

import json
import os
import re
import unicodedata
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

_FIRST = 0x4E00
_LAST = 0x9FFF
_CODES = 0xE000  # letters that are nobody's: folding takes them out of what a resident types

_table: dict[int, int] = {}  # filled once, by whoever comes first


def _syllable(reading: str) -> str:
    bare = unicodedata.normalize("NFD", reading).replace("u\u0308", "v")
    bare = "".join(c for c in bare if c.isalpha()).lower()
    bare = re.sub(r"^([zcs])h", r"\1", bare)
    return re.sub(r"(?<=[aei])ng$", "n", bare)


def prepare(folder: Path) -> None:
    """Read the table from a file of this folder, or make it and keep it there.

    pypinyin takes a second to import; whoever finds the file does without it.
    """
    path = folder / f"letters-of-sounds-{version('pypinyin')}.json"
    try:
        kept = json.loads(path.read_text(encoding="utf-8"))
        _table.update(zip(map(ord, kept["letters"]), map(ord, kept["sounds"]), strict=True))
    except (OSError, ValueError, KeyError, TypeError):
        made = _made()
        letters, heard = "".join(map(chr, made)), "".join(map(chr, made.values()))
        with suppress(OSError):  # it will be made again
            half = path.with_suffix(f".{os.getpid()}")
            half.write_text(json.dumps({"letters": letters, "sounds": heard}), encoding="utf-8")
            half.replace(path)


def _made() -> dict[int, int]:
    """Code point of a character → code point of its pronunciation."""
    if not _table:
        from pypinyin.pinyin_dict import pinyin_dict  # 40,000 readings: loaded when first needed

        codes: dict[str, int] = {}
        made: dict[int, int] = {}
        for point, readings in pinyin_dict.items():
            if _FIRST <= point <= _LAST:
                syllable = _syllable(readings.split(",")[0])
                made[point] = codes.setdefault(syllable, _CODES + len(codes))
        _table.update(made)
    return _table


def sounds(text: str) -> str:
    """The text with every Chinese character replaced by the letter of its pronunciation."""
    return text.translate(_table or _made())
