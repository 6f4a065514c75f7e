"""The facade: one text in, one Understanding out."""

from __future__ import annotations

import re
from collections.abc import Iterable
from copy import copy
from dataclasses import dataclass
from pathlib import Path

from nlp import homophone
from nlp.alarm import Alarm, AlarmBell
from nlp.classify import Classifier, Guess, Reading
from nlp.clauses import Clauses
from nlp.evidence import evidence
from nlp.intent import IntentRules, Wanted
from nlp.lexicon import Lexicon, number
from nlp.nature import NatureRules
from nlp.reader import Read, Reader
from nlp.services import Services
from nlp.split import Splitter
from nlp.tokens import Tokens, usable_cache
from nlp.training import INTENT_LABELS, category_features, intent_features, models
from nlp.values import Intent, Knowledge, Part, Place, Understanding, Urgency

_ALARMED = 0.99  # how surely an emergency wants to be recorded
_VAGUE = 0.35  # confidence below which a part is no request of its own
_SURE = 0.5  # confidence below which only a report gets a category
_FAR = -2.0  # an emergency that no category of emergencies is nearer to is one of its own kind
_CERTAIN = 0.9  # confidence from which a message plainly is about one thing
_BARE = 4  # letters of a message that is nothing but its topic
_MAYBE = -1.0  # lead of a request, though behind, from which small talk is not certain
_NO_LETTER = re.compile(r"[\W_]+")
_NEARLY = -1.0  # lead of a request, though behind, from which two clear things decide for it
_PLAIN = 0.8  # how clear they must be
_OPENING = 3  # letters beside a place that say nothing yet: 哦对了，三单元


@dataclass(frozen=True, slots=True)
class _Request:
    """One request of a message, and whether it is the one in which life is at stake."""

    reading: Reading
    alarming: bool


class Understander:
    """Everything a text says, by one community's knowledge. Immutable and safe for threads.

    `cache` is a folder that keeps what was trained and jieba's dictionary; nobody else may be able
    to write there.
    """

    def __init__(self, knowledge: Knowledge, cache: Path | None = None) -> None:
        lexicons = knowledge.lexicons

        def lexicon(name: str) -> Lexicon:
            return lexicons.get(name, {})

        cache = usable_cache(cache)
        homophone.prepare(cache)
        trained = models(knowledge.learned or knowledge, cache)
        self._levels = {c.code: c.level for c in knowledge.categories}
        self._urgent = frozenset(code for code, level in self._levels.items() if level == "U0")
        self._reader = Reader(lexicons, knowledge.places)
        self._nature = NatureRules(lexicon("nature"))
        self._clauses = Clauses(lexicon("split"))
        self._splitter = Splitter(
            trained.seams,
            trained.cuts,
            [category.top for category in knowledge.categories],
            number(lexicon("split"), "needed", 0.0),
        )
        self._services = Services(lexicon("services"))
        self._classifier = Classifier(
            category_features(lexicons),
            trained.words,
            tuple(self._levels),
            number(lexicon("concepts"), "sharpness", 1.6),
        )
        self._bell = AlarmBell(lexicon("urgency"), self._classifier, self._urgent)
        self._intents = IntentRules(
            lexicon("intent"), intent_features(lexicons), trained.words, INTENT_LABELS
        )
        own_words = _own_words(knowledge)
        self._vocabulary = trained.met.knowing(own_words)
        self.tokens = Tokens(own_words, cache)
        self._teach(knowledge.lessons)

    # ---- what others call

    def understand(self, text: str, *, addressed: bool = False) -> Understanding:
        """What a message says. Never raises, whatever the characters.

        `addressed`: it was said to us alone, where people hardly make small talk; what only may be
        small talk is then taken for a request.
        """
        read = self._reader(text)
        place = read.where.place
        reading = self._classifier.read(read.bare, self._clauses(read.bare))
        wanted = self._wanted(read, reading)
        helpless = bool(read.mentions.vulnerable)
        alarm = self._bell.hear(read.own, reading, wanted.lean, helpless=helpless)
        if alarm.rings:
            wanted = Wanted("report", _ALARMED)
        elif self._only_small(wanted, addressed) or self._nearly_two(wanted, reading, alarm):
            wanted = Wanted("report", 1.0 - wanted.confidence)
        return Understanding(
            text=read.folded,
            intent=wanted.intent,
            intent_confidence=wanted.confidence,
            parts=self._parts(reading, place, alarm, wanted.intent),
            place=place,
            mentions=read.mentions,
            positive=wanted.positive,
        )

    def place(self, text: str) -> Place | None:
        """The place an answer names: 3号楼2单元, 泉馨苑, 2单元."""
        return self._reader(text).where.place

    def services(self, text: str) -> frozenset[str]:
        """The services that a text offers or asks for, by their names in services.toml."""
        return self._services.find(self._reader(text).said)

    def grid_of(self, place: Place) -> str | None:
        """The finest grid that holds the place."""
        return self._reader.places.gazetteer.grid_of(place)

    def known_place(
        self, estate: str, building: str | None = None, unit: str | None = None
    ) -> bool:
        """Does the gazetteer have this estate, and this building in it?"""
        gazetteer = self._reader.places.gazetteer
        return estate in gazetteer.estates and gazetteer.holds(estate, building, unit)

    def with_example(self, text: str, code: str) -> Understander:
        """An understander corrected by one example; this one is not changed."""
        other = copy(self)
        other._teach([(text, code)])
        return other

    def warm(self) -> None:
        """Load what is loaded late: for a thread at start-up."""
        self.understand("")
        self._vocabulary.cut("")
        self.tokens.warm()

    # ---- steps

    def _teach(self, lessons: Iterable[tuple[str, str]]) -> None:
        taught = [(self._reader(text).bare, code) for text, code in lessons]
        if taught:
            self._classifier = self._classifier.with_examples(taught)

    def _wanted(self, read: Read, reading: Reading) -> Wanted:
        letters = len(_NO_LETTER.sub("", read.said))
        plain = bool(letters) and reading.guess.confidence >= _CERTAIN
        if read.placed and letters <= _OPENING and not plain:
            return Wanted("supplement", 0.9)
        if not letters and not any(c in "+?" for c in read.said):
            return Wanted("chatter", 1.0)
        wanted = self._intents.of(read, reading)
        if wanted.intent == "chatter" and plain and (read.placed or letters <= _BARE):
            # A thing and a place, or nothing but the thing (停水了), is no small talk.
            return Wanted("report", reading.guess.confidence)
        return wanted

    def _parts(
        self, reading: Reading, place: Place | None, alarm: Alarm, intent: Intent
    ) -> tuple[Part, ...]:
        """The requests; of a message that is none, the problem it states all the same, if any."""
        if not self._levels:
            return ()
        if intent != "report":
            if reading.guess.confidence < _SURE:
                return ()
            part = self._part(_Request(reading, alarm.rings), place, alarm)
            return (part,) if part.confidence >= _SURE else ()
        parts = self._cut(reading, place, alarm)
        vague = any(part.confidence < _VAGUE and part.urgency != "U0" for part in parts)
        if len({part.category for part in parts}) > 1 and not vague:
            return parts
        return (self._part(_Request(reading, alarm.rings), place, alarm),)

    def _only_small(self, wanted: Wanted, addressed: bool) -> bool:
        """Said to us alone, and small talk only for not being clearly about anything?"""
        return addressed and wanted.intent == "chatter" and wanted.words_lean > _MAYBE

    def _nearly_two(self, wanted: Wanted, reading: Reading, alarm: Alarm) -> bool:
        """Nearly a request, and clearly about two things of the catalogue: nobody but who has two
        requests speaks so."""
        if wanted.intent == "report" or wanted.lean <= _NEARLY:
            return False
        parts = self._cut(reading, None, alarm)
        sure = all(part.confidence >= _PLAIN for part in parts)
        return sure and len({part.category for part in parts}) > 1

    def _cut(self, reading: Reading, place: Place | None, alarm: Alarm) -> tuple[Part, ...]:
        """The message cut where it turns to something else; nothing if it does not."""
        readings = self._splitter.split(reading, self._classifier)
        return tuple(
            self._part(request, place, alarm) for request in self._requests(readings, alarm)
        )

    def _requests(self, readings: list[Reading], alarm: Alarm) -> list[_Request]:
        """An alarm belongs to the request that names the danger, or else to the loudest."""
        if not readings:
            return []
        named = [i for i, r in enumerate(readings) if alarm.words and alarm.words in r.text]
        loudest = max(range(len(readings)), key=lambda i: self._bell.learned(readings[i]))
        at = named[0] if named else loudest
        return [_Request(r, alarm.rings and i == at) for i, r in enumerate(readings)]

    def _part(self, request: _Request, place: Place | None, alarm: Alarm) -> Part:
        reading = request.reading
        guess, level, reason = self._judged(request, alarm)
        return Part(
            text=reading.text,
            category=guess.code,
            confidence=guess.confidence,
            top=guess.top,
            evidence=evidence(
                reading.text, self._classifier.leads(reading, guess.code), self._vocabulary
            ),
            urgency=level,
            urgency_reason=reason,
            nature=self._nature.of(reading.text, guess.code),
            place=place,
        )

    def _judged(self, request: _Request, alarm: Alarm) -> tuple[Guess, Urgency, str]:
        """(what it is about, urgency, why): an alarm decides; one that was taken back is told."""
        reasons = self._bell.reasons
        guess = request.reading.guess
        level = self._levels[guess.code]
        if request.alarming:
            if alarm.danger is not None and alarm.danger.raises:
                return guess, "U0", alarm.danger.code
            return (
                self._emergency(request.reading, guess, alarm),
                "U0",
                reasons.get("emergency", ""),
            )
        if level == "U0" and alarm.calm:
            return guess, "U3", reasons.get(alarm.calm, "")
        if level == "U0":
            guess = self._classifier.without(request.reading, self._urgent)
            level = self._levels[guess.code]
        return guess, level, reasons.get(alarm.calm, "") if alarm.named else ""

    def _emergency(self, reading: Reading, guess: Guess, alarm: Alarm) -> Guess:
        """What kind of emergency: the danger that is named, else the likeliest one."""
        if alarm.danger is not None:
            return Guess(alarm.danger.code, guess.confidence, guess.top)
        if self._bell.lead(reading) < _FAR:
            return guess
        return self._classifier.without(reading, self._levels.keys() - self._urgent)


def _own_words(knowledge: Knowledge) -> set[str]:
    """Words that must not be cut: the catalogue's, places, teams and people."""
    vocabulary = set(knowledge.names)
    for category in knowledge.categories:
        vocabulary.update(category.words)
    for row in knowledge.places:
        vocabulary.update((row.estate, *row.aliases))
    return vocabulary
