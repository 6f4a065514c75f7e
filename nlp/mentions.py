"""People and numbers in a text: phones, who is vulnerable, when, issue numbers."""

from __future__ import annotations

import re

from nlp.lexicon import Lexicon, Scanner, alternatives, table, words
from nlp.numbers import NUMERALS, arabic
from nlp.values import Mentions

_MOBILE = r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d[- ]?\d{4}[- ]?\d{4}(?!\d)"
_LANDLINE = r"(?<![\d-])0\d{2,3}-\d{7,8}(?!\d)"
_PHONE = re.compile(f"{_MOBILE}|{_LANDLINE}")
_ISSUE = re.compile(r"(?<![\d-])(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])-\d{2,4}(?![\d-])")
_PLATE = re.compile(r"[\u4e00-\u9fff][A-Z][·. ]?[A-Z0-9]{5,6}(?![A-Za-z0-9])")
_URL = re.compile(r"https?://[^\s\u4e00-\u9fff]+|www\.[^\s\u4e00-\u9fff]+")
_WRITTEN = re.compile(r"[A-Za-z\d]")  # all of these have a digit or a letter
_HAN = r"\u4e00-\u9fff"
_OLD = 80

Spans = list[tuple[int, int]]


class MentionFinder:
    def __init__(self, lexicon: Lexicon) -> None:
        self._vulnerable = Scanner(table(lexicon, "vulnerable"))
        self._order = tuple(table(lexicon, "vulnerable"))
        self._number_head = re.compile(
            rf"{alternatives(words(lexicon, 'issue_number'))}[ :是为]{{0,2}}(\d[\d-]{{2,11}})"
        )
        number = rf"(?:\d{{1,4}}|[{NUMERALS}]{{1,4}})"
        day = alternatives(words(lexicon, "day"))
        part = alternatives(words(lexicon, "part_of_day"))
        clock = rf"(?:{number}[点时](?:半|多|钟|{number}分?|整)?|\d{{1,2}}:\d{{2}})"
        date = rf"(?:{number}年)?(?:{number}月{number}[日号]?|\d{{1,2}}[日号](?!\s?[楼院栋单\d]))"
        names = alternatives(words(lexicon, "week"))
        week = rf"(?:[上下这本]{{0,2}}个?{names}[一二三四五六日天末几]?)"
        self._when = re.compile(
            rf"(?:(?:{day}|{date}|{week})[的 ]?(?:{part}[的 ]?)?(?:{clock})?"
            rf"|{part}[ ]?(?:{clock})?|{clock})(?:[到至\-~](?:{part})?{clock})?"
        )
        lead, tail = (alternatives(words(lexicon, name)) for name in ("contact", "contact_tail"))
        person = alternatives(words(lexicon, "contact_person"))
        self._contact = re.compile(
            rf"(?:{lead})?[ :是为]{{0,3}}(?:{_PHONE.pattern})(?:[ ,]?(?:{tail})[{_HAN}]{{1,4}})?"
            rf"|(?:{person})[ :是为]{{0,3}}[{_HAN}]{{2,3}}(?![{_HAN}])"
        )
        self._age = re.compile(rf"(\d{{1,3}}|[{NUMERALS}]{{2,4}})多?(?:岁|周岁)")

    def find(self, text: str) -> Mentions:
        who, when = self._who(text), self._first_time(text)
        if not _WRITTEN.search(text):
            return Mentions(vulnerable=who, when=when)
        phones = (re.sub(r"[ +]", "", match) for match in _PHONE.findall(text))
        return Mentions(
            phones=tuple(dict.fromkeys(phones)),
            vulnerable=who,
            when=when,
            issue_numbers=tuple(dict.fromkeys(self._issues(text))),
        )

    def taken(self, text: str) -> Spans:
        """Spans that are numbers of another kind: no building or room is to be read there."""
        if not _WRITTEN.search(text):
            return []
        found = [m.span() for p in (_PHONE, _ISSUE, _PLATE, _URL) for m in p.finditer(text)]
        found += [m.span(1) for m in self._number_head.finditer(text)]
        found += [m.span() for m in self._when.finditer(text) if any(c.isdigit() for c in m[0])]
        return found

    def stripped(self, text: str) -> str:
        """The text without whom to call, addresses of pages and numbers of issues."""
        text = self._contact.sub(" ", text)
        if not _WRITTEN.search(text):
            return text
        for pattern in (_ISSUE, _PLATE, _URL):
            text = pattern.sub(" ", text)
        return text

    def _who(self, text: str) -> tuple[str, ...]:
        named = self._vulnerable.names(text)
        found = [name for name in self._order if name in named]
        for match in self._age.finditer(text):
            age = int(arabic(match[1]))
            if _OLD <= age < 120:
                found.append(f"{_OLD}岁以上")
                break
        return tuple(dict.fromkeys(found))

    def _first_time(self, text: str) -> str:
        match = self._when.search(text)
        return match[0].strip() if match else ""

    def _issues(self, text: str) -> list[str]:
        return _ISSUE.findall(text) + [m[1].strip("-") for m in self._number_head.finditer(text)]
