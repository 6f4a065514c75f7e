"""Text as residents send it → one plain form that everything else reads.

Simplified characters, half-width, no emoji, no sticker names, no @mentions; a quoted or pasted
group line loses its "name time:" header. Numbers written as keycaps or circles stay numbers.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cached_property

from nlp.lexicon import Lexicon, alternatives, mapping, words
from nlp.script import simplified

LONGEST = 10_000  # characters that are read; a chat message is never longer

_UNSEEN = (
    "\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u180e\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\ufe00-\ufe0f\ufeff\ufff9-\uffff\u20e3\U000e0000-\U000e0fff\ud800-\udfff"
)
_DRAWN = (
    "\u2190-\u21ff\u2300-\u23ff\u2460\u24ea-\u24ff\u25a0-\u27bf\u2900-\u297f\u2b00-\u2bff"
    "\u3030\u303d\ue000-\uf8ff\U0001f000-\U0001faff\U000f0000-\U0010ffff"
)
_RINGED = "\u2460-\u2473\u2776-\u277f\u2780-\u2789"
_INVISIBLE = re.compile(f"[{_UNSEEN}]")
_EMOJI = re.compile(f"[{_DRAWN}]+")
_CIRCLED = re.compile(f"[{_RINGED}]")
_ODD = re.compile(f"[{_UNSEEN}{_DRAWN}{_RINGED}]")  # most texts have none of these
_HALF_WIDTH = {point: point - 0xFEE0 for point in range(0xFF01, 0xFF5F)} | {0x3000: 0x20}
_KEYCAP_TEN = "\U0001f51f"
_BLANKS = re.compile(r"[^\S\n]+")
_LINES = re.compile(r"\s*\n\s*")
_MENTION = re.compile(r"(?<![A-Za-z0-9._])@[^\s@,.:;!?、。]{1,20}(?=\s|$)")
_STRAY_AT = re.compile(r"(?<![A-Za-z0-9._])@")
_SPACED_PLACE = re.compile(
    r"(?<=\d) (?=[号栋幢座#单])|(?<=[号栋幢楼座]) (?=\d)|(?<=号) (?=楼)|(?<=单) (?=元)"
)
_SIGNS = re.compile(r"[^\w\s]{3}")  # in every text of repeated ones
_REPEATED = re.compile(r"([^\w\s])\1{2,}")

_QUOTE = re.compile(r"^\s*[「『]([^」』]{0,2000})[」』]\s*\n?\s*(?:[-—–_ ]{3,}|(?=\n))\s*", re.S)
_DATE = r"(?:(?:\d{2,4}[-/年.])?\d{1,2}[-/月.]\d{1,2}日?\s*)?"
_CLOCK = rf"{_DATE}(?:[上下中早晚]午?\s*)?\d{{1,2}}:\d{{2}}(?::\d{{2}})?"
_GROUP_LINE = re.compile(rf"^\s*[^\s:]{{1,16}}\s+{_CLOCK}\s*:?\s*", re.M)
_TIME_FIRST_LINE = re.compile(rf"^\s*\[?{_CLOCK}\]?\s+[^\s:]{{1,16}}\s*:\s*", re.M)

_ID = re.compile(
    r"(?<![0-9０-９])[1-9１-９](?:[\s-]?[0-9０-９]){16}[\s-]?[0-9０-９xXｘＸ](?![0-9０-９])"
    r"|(?<![0-9０-９])[1-9１-９](?:[\s-]?[0-9０-９]){14}(?![\s-]?[0-9０-９])"
)
_MONTH_DAY = re.compile(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def mask_ids(text: str) -> str:
    """The text with every identity-card number starred out: nobody here ever needs one."""
    return _ID.sub(_stars_if_id, text)


def _stars_if_id(match: re.Match[str]) -> str:
    digits = re.sub(r"[\s-]", "", unicodedata.normalize("NFKC", match[0]))
    birthday = digits[10:14] if len(digits) == 18 else digits[8:12]
    return "*" * len(digits) if _MONTH_DAY.fullmatch(birthday) else match[0]


@dataclass(frozen=True)
class Folder:
    """Folds text with one lexicon (sticker names, dialect words)."""

    lexicon: Lexicon

    @cached_property
    def _sticker(self) -> re.Pattern[str]:
        return re.compile(rf"\[{alternatives(words(self.lexicon, 'stickers'))}\]")

    @cached_property
    def _everyone(self) -> re.Pattern[str]:
        return re.compile(rf"@{alternatives(words(self.lexicon, 'everyone'))}")

    @cached_property
    def _dialect(self) -> tuple[re.Pattern[str], dict[str, str]]:
        words_of = mapping(self.lexicon, "dialect")
        return re.compile(alternatives(words_of)), words_of

    def fold(self, text: str) -> str:
        """Simplified, half-width, without emoji, stickers and mentions. Never raises."""
        text = text[:LONGEST]
        if _ODD.search(text):
            text = text.replace(_KEYCAP_TEN, "10")
            text = _CIRCLED.sub(_circled, _INVISIBLE.sub("", text))
        text = text.translate(_HALF_WIDTH)
        if not unicodedata.is_normalized("NFKC", text):  # making it so takes much longer
            text = unicodedata.normalize("NFKC", text)
        if _ODD.search(text):
            text = _EMOJI.sub(" ", _INVISIBLE.sub("", text))
        text = simplified(text)
        if "[" in text:
            text = self._sticker.sub(" ", text)
        if "@" in text:
            text = _STRAY_AT.sub(" ", _MENTION.sub(" ", self._everyone.sub(" ", text)))
        if _SIGNS.search(text):
            text = _REPEATED.sub(r"\1\1", text)
        if "  " in text or not text.isprintable():
            text = _BLANKS.sub(" ", text)
        if "\n" in text:
            text = _LINES.sub("\n", text)
        if " " in text:
            text = _SPACED_PLACE.sub("", text)
        return text.strip()

    def plain(self, folded: str) -> str:
        """The folded text in standard words: what the rules and the classifier read."""
        pattern, words_of = self._dialect
        return pattern.sub(lambda match: words_of[match[0]], folded)

    def own_words(self, folded: str) -> tuple[str, str]:
        """(the sender's words, words quoted from another), without pasted "name time:" heads."""
        quoted = ""
        if match := _QUOTE.match(folded):
            quoted, folded = match[1].partition(":")[2] or match[1], folded[match.end() :]
        if ":" in folded:
            folded = _TIME_FIRST_LINE.sub("", _GROUP_LINE.sub("", folded))
        return (folded.strip(), quoted.strip()) if folded.strip() else (quoted.strip(), "")


def _circled(match: re.Match[str]) -> str:
    """①号楼 is a number, ①停水 an item of a list."""
    value = str(int(unicodedata.numeric(match[0])))
    following = match.string[match.end() : match.end() + 1]
    return value if following and following in "号號栋棟幢单單#座" else f"\n{value}、"
