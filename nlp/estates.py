"""Finding the estates a text names: by name, alias, part, shortened form, sound or typo.

Every form that can name an estate is made once from the gazetteer. A form has a strength: a full
name or a given alias stands alone; a shortened one needs a building, a门 or the like beside it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from rapidfuzz import fuzz

from nlp.homophone import sounds
from nlp.lexicon import Lexicon, alternatives, words
from nlp.numbers import NUMERALS, arabic, chinese
from nlp.scan import LongestTerms
from nlp.values import PlaceRow

_DIGITS = re.compile(r"\d+")
_NUMERAL = re.compile(rf"[{NUMERALS}]+(?=[期区村号])")
_BUILDING_NEXT = re.compile(rf"^[的 ,]?(?:小区|院)?(?:[A-Za-z甲乙丙丁]?[\d{NUMERALS}]+|[A-Za-z])"
                            r"[ ]?(?:号|栋|幢|座|#|楼|单元|-|[前后旁边])")  # fmt: skip
_LATIN_NEXT = re.compile(r"^[A-Za-z]\d")
_LONGEST_FUZZY_TEXT = 120


@dataclass(frozen=True, slots=True)
class NameFound:
    start: int
    end: int
    estates: tuple[str, ...]  # more than one when the name fits several
    score: float  # 1 for the name itself, less for what was guessed


class EstateFinder:
    """Finds estate names in a text. Built once; reading only."""

    def __init__(
        self, rows: Iterable[PlaceRow], lexicon: Lexicon, fold: Callable[[str], str] = str
    ) -> None:
        """`fold` is what happens to a message's text before it is searched."""
        self._fold = fold
        self._suffixes = re.compile(f"{alternatives(words(lexicon, 'suffixes'))}$")
        self._part = re.compile(f"{alternatives(words(lexicon, 'parts'))}$")
        self._facilities = words(lexicon, "facilities")
        self._facility = re.compile(f"{alternatives(self._facilities)}$")
        self._not_after = re.compile(alternatives(words(lexicon, "not_after_name")))
        self._before = re.compile(f"{alternatives(words(lexicon, 'around_name'))}$")
        self._after = re.compile(alternatives(words(lexicon, "after_name")))
        given, derived = self._all_forms(tuple(rows))
        self._given = given
        self._forms = {**derived, **given}
        self._exact = _themselves(self._forms)
        self._heard = self._sound_forms()
        self._by_sound = _themselves(self._heard)
        self._letters = self._letter_index()
        self._rare = frozenset(self._letters)

    # ---- forms

    def _all_forms(
        self, rows: tuple[PlaceRow, ...]
    ) -> tuple[dict[str, tuple[str, ...]], dict[str, tuple[str, ...]]]:
        given: dict[str, dict[str, None]] = defaultdict(dict)
        derived: dict[str, dict[str, None]] = defaultdict(dict)
        for row in rows:
            for name in map(self._fold, (row.estate, *row.aliases)):
                given[name.upper()][row.estate] = None
                for form in _numeral_forms(name):
                    given[form][row.estate] = None
            for form in self._shortened(self._fold(row.estate)):
                derived[form][row.estate] = None
        return (
            {form: tuple(estates) for form, estates in given.items() if len(form) > 1},
            {form: tuple(e) for form, e in derived.items() if len(form) > 1 and form not in given},
        )

    def _shortened(self, estate: str) -> Iterator[str]:
        """What people say instead of the full name: 丽景花园一期 → 丽景一期, 丽景花园, 丽景."""
        if facility := self._facility.search(estate):
            yield from (kind for kind in self._facilities if estate.endswith(kind))
            yield estate[: facility.start()]
            return
        part = self._part.search(estate)
        body, tail = (estate[: part.start()], part[0]) if part else (estate, "")
        stem = self._suffixes.sub("", body) or body
        if street := re.fullmatch(r"(.*?)([路街巷道])(\d+)号院?", estate):
            number = street[3]
            forms = [f"{street[1]}{number}号", f"{street[1]}{street[2]}{number}号", f"{number}号院"]
            forms.append(f"{street[1]}{number}号院")
        else:
            forms = [body, stem + tail, stem]
            if tail:
                forms.append(tail)
        for form in forms:
            yield form.upper()
            yield from _numeral_forms(form)

    def _sound_forms(self) -> dict[str, tuple[str, ...]]:
        heard: dict[str, dict[str, None]] = defaultdict(dict)
        for form, estates in self._forms.items():
            if len(form) >= 3 or form in self._given:
                heard[sounds(form)].update(dict.fromkeys(estates))
        return {form: tuple(estates) for form, estates in heard.items()}

    def _letter_index(self) -> dict[str, tuple[str, ...]]:
        """Forms by their two rarest letters: one of them stands in every text that lacks no more
        than one letter of the form."""
        long = sorted(form for form in self._forms if len(form) >= 4)
        common = Counter(letter for form in long for letter in set(form))
        index: dict[str, list[str]] = defaultdict(list)
        for form in long:
            for letter in sorted(set(form), key=lambda letter: (common[letter], letter))[:2]:
                index[letter].append(form)
        return {letter: tuple(forms) for letter, forms in index.items()}

    # ---- finding

    def find(self, text: str) -> list[NameFound]:
        """The estates named, in the order of the text, without overlaps."""
        upper = text.upper()
        if len(upper) != len(text):  # a letter whose capital is longer: not ours
            upper = text
        found = list(self._matches(self._exact, self._forms, upper, upper, 1.0))
        if not found:
            found = list(self._matches(self._by_sound, self._heard, sounds(upper), upper, 0.9))
        if not found:
            found = self._nearly(upper)
        return found

    def _matches(
        self,
        terms: LongestTerms[str],
        forms: dict[str, tuple[str, ...]],
        haystack: str,
        text: str,
        score: float,
    ) -> Iterator[NameFound]:
        for form, start, end in terms.all(haystack):
            if self._stands(form, text, start, end):
                yield NameFound(start, end, forms[form], score)

    def _stands(self, form: str, text: str, start: int, end: int) -> bool:
        """Is it the estate, and not part of another word?"""
        after = text[end : end + 8]
        heard = form not in self._forms
        bare = len(form) <= 3 and not (self._suffixes.search(form) or self._part.search(form))
        if bare and self._not_after.match(after):
            return False
        if form[0].isdigit() and start and text[start - 1].isdigit():
            return False
        if len(form) >= (3 if heard else 4) or form in self._given:
            return True
        if heard:
            return bool(_BUILDING_NEXT.match(after) or _LATIN_NEXT.match(after))
        return bool(
            _BUILDING_NEXT.match(after)
            or _LATIN_NEXT.match(after)
            or self._after.match(after)
            or self._before.search(text[max(0, start - 4) : start])
            or (not after.strip(" ,.!?;。\n") and (not start or text[start - 1] in " ,.!?;。\n"))
        )

    def _nearly(self, text: str) -> list[NameFound]:
        """A name with one wrong or missing character, by characters and by sound."""
        text = text[:_LONGEST_FUZZY_TEXT]
        letters = set(text)
        forms = {form: None for letter in sorted(self._rare & letters)
                 for form in self._letters[letter]}  # fmt: skip
        best: NameFound | None = None
        for form in forms:
            own = set(form)
            if len(own & letters) < max(len(own) - 1, 3):
                continue
            hit = fuzz.partial_ratio_alignment(form, text, score_cutoff=100 * (1 - 1.2 / len(form)))
            if hit is None or (best is not None and hit.score / 100 <= best.score):
                continue
            start, end = hit.dest_start, hit.dest_end
            if text[start] != form[0] and text[end - 1] != form[-1]:
                continue
            stem = self._suffixes.sub("", form)
            if self._not_after.match(text[start + len(stem) : end + 3]):
                continue
            best = NameFound(start, end, self._forms[form], hit.score / 100)
        return [best] if best else []


def _numeral_forms(name: str) -> Iterator[str]:
    """文昌街16号院 ↔ 文昌街十六号院, 丽景一期 ↔ 丽景1期."""
    name = name.upper()
    if _DIGITS.search(name):
        yield _DIGITS.sub(lambda match: chinese(int(match[0])), name)
    if _NUMERAL.search(name):
        yield _NUMERAL.sub(lambda match: arabic(match[0]), name)


def _themselves(forms: Iterable[str]) -> LongestTerms[str]:
    return LongestTerms({form: form for form in forms})
