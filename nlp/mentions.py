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
_OF_TIMES = "月日号点时:"  # one of these is in every time without a name

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
        named = [word for key in ("day", "part_of_day", "week") for word in words(lexicon, key)]
        self._timely = Scanner({"when": (*named, *_OF_TIMES)})
        part = alternatives(words(lexicon, "part_of_day"))
        clock = rf"(?:{number}[点时](?:半|多|钟|{number}分?|整)?|\d{{1,2}}:\d{{2}})"
        date = rf"(?:{number}年)?(?:{number}月{number}[日号]?|\d{{1,2}}[日号](?!\s?[楼院栋单\d]))"
        names = alternatives(words(lexicon, "week"))
        week = rf"(?:[上下这本]{{0,2}}个?{names}[一二三四五六日天末几]?)"
        firsts = {word[0] for word in named}
        self._when = re.compile(
            rf"(?=[\d{NUMERALS}上下这本个{re.escape(''.join(sorted(firsts)))}])"
            rf"(?:(?:{day}|{date}|{week})[的 ]?(?:{part}[的 ]?)?(?:{clock})?"
            rf"|{part}[ ]?(?:{clock})?|{clock})(?:[到至\-~](?:{part})?{clock})?"
        )
        lead, tail = (alternatives(words(lexicon, name)) for name in ("contact", "contact_tail"))
        person = alternatives(words(lexicon, "contact_person"))
        self._person = re.compile(person)
        self._contact = re.compile(
            rf"(?:{lead})?[ :是为]{{0,3}}(?:{_PHONE.pattern})(?:[ ,]?(?:{tail})[{_HAN}]{{1,4}})?"
            rf"|(?:{person})[ :是为]{{0,3}}[{_HAN}]{{2,3}}(?![{_HAN}])"
        )
        self._age = re.compile(rf"(\d{{1,3}}|[{NUMERALS}]{{2,4}})多?(?:岁|周岁)")

    def find(self, text: str) -> tuple[Mentions, Spans]:
        """What a text mentions, and the spans that are numbers of another kind: no building or
        room is to be read there."""
        times = list(self._when.finditer(text)) if self._timely.names(text) else []
        who, when = self._who(text), times[0][0].strip() if times else ""
        if not _WRITTEN.search(text):
            return Mentions(vulnerable=who, when=when), []
        phones = list(_PHONE.finditer(text))
        issues = list(_ISSUE.finditer(text))
        headed = list(self._number_head.finditer(text))
        taken = [m.span() for m in (*phones, *issues)]
        taken += [m.span() for p in (_PLATE, _URL) for m in p.finditer(text)]
        taken += [m.span(1) for m in headed]
        taken += [m.span() for m in times if any(c.isdigit() for c in m[0])]
        mentions = Mentions(
            phones=tuple(dict.fromkeys(re.sub(r"[ +]", "", m[0]) for m in phones)),
            vulnerable=who,
            when=when,
            issue_numbers=tuple(
                dict.fromkeys((*(m[0] for m in issues), *(m[1].strip("-") for m in headed)))
            ),
        )
        return mentions, taken

    def stripped(self, text: str) -> str:
        """The text without whom to call, addresses of pages and numbers of issues."""
        written = _WRITTEN.search(text)
        if self._person.search(text) or (written and _PHONE.search(text)):
            text = self._contact.sub(" ", text)
        if not written:
            return text
        for pattern in (_ISSUE, _PLATE, _URL):
            text = pattern.sub(" ", text)
        return text

    def _who(self, text: str) -> tuple[str, ...]:
        named = self._vulnerable.names(text)
        found = [name for name in self._order if name in named]
        ages = self._age.finditer(text) if "岁" in text else ()
        if any(_OLD <= int(arabic(match[1])) < 120 for match in ages):
            found.append(f"{_OLD}岁以上")
        return tuple(dict.fromkeys(found))
