"""The facade: one text in, one Understanding out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from nlp.classify import Classifier, Reading
from nlp.intent import IntentRules
from nlp.lexicon import Lexicon, Lexicons, lines, pattern, words
from nlp.mentions import MentionFinder
from nlp.nature import NatureRules
from nlp.place import PlaceFinder, Where
from nlp.split import Splitter
from nlp.text import Folder
from nlp.tokens import Tokens
from nlp.urgency import Danger, UrgencyRules
from nlp.values import Intent, Knowledge, Part, Place, Understanding, Urgency

_LONGEST_READ = 1_000  # characters of a request that are classified; the rest only repeats it
_WITH_PARTS: tuple[Intent, ...] = ("report", "metoo", "urge", "supplement")
_SURE = 0.5  # confidence below which only a report gets a category
_OPENING = 3  # letters beside a place that say nothing yet: 哦对了，三单元
# The lead of the emergencies over the other categories, in log scores:
_ALARMING = 0.8  # from here a request is an emergency though it names no danger
_SHOUTING = 2.0  # from here any message is
_OPPOSED = -2.5  # below, a danger's word means something else


@dataclass(frozen=True, slots=True)
class Alarm:
    """What speaks for an emergency in a message."""

    danger: Danger | None  # a danger that is named and not taken back
    words: str  # that name it
    lead: float  # by how much the emergencies lead the other categories
    clear: float  # by how much the likeliest category leads the next
    calm: str  # why it may be none
    named: bool  # a danger is named, taken back or not


class Understander:
    """Everything a text says, by one community's knowledge. Immutable and safe for threads."""

    def __init__(self, knowledge: Knowledge, cache: Path | None = None) -> None:
        lexicons = knowledge.lexicons

        def lexicon(name: str) -> Lexicon:
            return lexicons.get(name, {})

        self._knowledge = knowledge
        self._levels = {c.code: c.level for c in knowledge.categories}
        self._urgent = frozenset(code for code, level in self._levels.items() if level == "U0")
        self._folder = Folder(lexicon("text"))
        self._mentions = MentionFinder(lexicon("mentions"))
        self._places = PlaceFinder(
            knowledge.places,
            lexicon("place"),
            fold=lambda name: self._folder.plain(self._folder.fold(name)),
        )
        self._urgency = UrgencyRules(lexicon("urgency"))
        self._nature = NatureRules(lexicon("nature"))
        self._splitter = Splitter(lexicon("split"))
        self._greetings = pattern(words(lexicon("split"), "greetings"))
        phrases = _phrases(lexicons)
        self._classifier = Classifier.train(knowledge.categories, phrases, lexicon("concepts"))
        self._intents = IntentRules(lexicons, knowledge.categories)
        self.tokens = Tokens(_vocabulary(knowledge), cache)

    # ---- what others call

    def understand(self, text: str) -> Understanding:
        """What a message says. Never raises, whatever the characters."""
        folded = self._folder.fold(text)
        own, _ = self._folder.own_words(self._folder.plain(folded))
        where = self._places.find(own, self._mentions.taken(own))
        said = self._without_places(own, where)[:_LONGEST_READ]
        reading = self._classifier.read(self._bare(said))
        alarm = self._alarm(own, reading)
        intent, confidence = self._intent(said, where.place, alarm)
        return Understanding(
            text=folded,
            intent=intent,
            intent_confidence=confidence,
            parts=self._parts(reading, where.place, alarm, intent),
            place=where.place,
            mentions=self._mentions.find(own),
        )

    def place(self, text: str) -> Place | None:
        """The place an answer names: 3号楼2单元, 泉馨苑, 2单元."""
        own = self._folder.plain(self._folder.fold(text))
        return self._places.find(own, self._mentions.taken(own)).place

    def grid_of(self, place: Place) -> str | None:
        """The finest grid that holds the place."""
        return self._places.gazetteer.grid_of(place)

    def known_place(
        self, estate: str, building: str | None = None, unit: str | None = None
    ) -> bool:
        """Does the gazetteer have this estate, and this building in it?"""
        gazetteer = self._places.gazetteer
        return estate in gazetteer.estates and gazetteer.holds(estate, building, unit)

    def with_example(self, text: str, code: str) -> Understander:
        """An understander corrected by one example; this one is not changed."""
        other = object.__new__(Understander)
        other.__dict__.update(self.__dict__)
        own = self._folder.plain(self._folder.fold(text))
        where = self._places.find(own, self._mentions.taken(own))
        bare = self._bare(self._without_places(own, where))
        other._classifier = self._classifier.with_example(bare, code)
        return other

    def warm(self) -> None:
        """Load what is loaded late: for a thread at start-up."""
        self.understand("")
        self.tokens.warm()

    # ---- steps

    def _without_places(self, text: str, where: Where) -> str:
        """The text without places and numbers of people."""
        starts = [0, *(cluster.end for cluster in where.clusters)]
        ends = [*(cluster.start for cluster in where.clusters), len(text)]
        rest = " ".join(text[a:b] for a, b in zip(starts, ends, strict=True))
        return self._mentions.stripped(rest).strip()

    def _bare(self, text: str) -> str:
        """The text without politeness: what it is about."""
        return self._greetings.sub(" ", text).strip(" ,.:;!?")

    def _alarm(self, text: str, reading: Reading) -> Alarm:
        """Is it an emergency: by a danger it names, or because it sounds like our examples?"""
        dangers = self._urgency.dangers(text)
        lead = self._classifier.lead(reading, self._urgent)
        calm = next((d.calm for d in dangers if d.calm), "") or self._urgency.mood(text)
        loud = "exaggerated" if lead >= _SHOUTING else ""
        named = [danger for danger in dangers if danger.calm in ("", loud)]
        real = self._classifier.likeliest(reading, named, key=lambda danger: danger.code)
        if real is not None and not real.raises and lead < _OPPOSED:
            real, calm = None, "doubtful"
        words = text[real.start : real.end] if real else ""
        return Alarm(real, words, lead, reading.clear, calm, named=bool(dangers))

    def _intent(self, text: str, place: Place | None, alarm: Alarm) -> tuple[Intent, float]:
        letters = sum(c.isalnum() for c in text)
        if place is not None and letters <= _OPENING:
            return "supplement", 0.9
        if not letters and not any(c in "+?" for c in text):
            return "chatter", 1.0
        if alarm.danger is not None:
            return "report", 0.99
        intents = self._intents.of(text, alarm.clear)
        best = max(intents, key=intents.__getitem__)
        return best, intents[best]

    def _parts(
        self, reading: Reading, place: Place | None, alarm: Alarm, intent: Intent
    ) -> tuple[Part, ...]:
        if intent not in _WITH_PARTS or not self._levels:
            return ()
        if intent != "report":
            part = self._part(reading, place, alarm, needed=_SHOUTING)
            return (part,) if part.confidence >= _SURE else ()
        pieces = self._splitter.split(reading.text, reading.scores, self._classifier)
        if len(pieces) == 1:
            return (self._part(reading, place, alarm),)
        return tuple(
            self._part(part, place, self._alarm_of(part, pieces, alarm))
            for part in map(self._classifier.read, pieces)
        )

    def _alarm_of(self, part: Reading, pieces: list[str], alarm: Alarm) -> Alarm:
        """The alarm of one request of several: a danger belongs to the one that names it."""
        named_by = next((p for p in pieces if alarm.words in p), pieces[0])
        danger = alarm.danger if part.text == named_by else None
        return replace(alarm, danger=danger)

    def _part(
        self, reading: Reading, place: Place | None, alarm: Alarm, needed: float = _ALARMING
    ) -> Part:
        guess = self._classifier.guess(reading)
        if self._levels[guess.code] == "U0" and not alarm.calm and alarm.lead < needed:
            guess = self._classifier.guess(reading, barred=self._urgent)
        code, level, reason = self._urgency_of(guess.code, alarm)
        return Part(
            text=reading.text,
            category=code,
            confidence=guess.confidence,
            top=guess.top,
            evidence=self._classifier.evidence(reading, code),
            urgency=level,
            urgency_reason=reason,
            nature=self._nature.of(reading.text, code),
            place=place,
        )

    def _urgency_of(self, code: str, alarm: Alarm) -> tuple[str, Urgency, str]:
        """(category, urgency, why): a real danger decides, one that was taken back is told."""
        level, reasons = self._levels[code], self._urgency.reasons
        if alarm.danger is not None and alarm.danger.raises:
            return code, "U0", alarm.danger.code
        if alarm.danger is not None:
            return alarm.danger.code, "U0", reasons.get("emergency", "")
        if level == "U0" and alarm.calm:
            return code, "U3", reasons.get(alarm.calm, "")
        return code, level, reasons.get(alarm.calm, "") if alarm.named else ""


def _vocabulary(knowledge: Knowledge) -> set[str]:
    """Words that jieba must not cut: the catalogue's, places, teams and people."""
    vocabulary = set(knowledge.names)
    for category in knowledge.categories:
        vocabulary.update(category.words)
    for row in knowledge.places:
        vocabulary.update((row.estate, *row.aliases))
    return vocabulary


def _phrases(lexicons: Lexicons) -> dict[str, list[str]]:
    """What the files phrases_*.toml say about each category, one phrase a line."""
    phrases: dict[str, list[str]] = {}
    for name in sorted(lexicons):
        if name.startswith("phrases"):
            for code in lexicons[name]:
                phrases.setdefault(code, []).extend(lines(lexicons[name], code))
    return phrases
