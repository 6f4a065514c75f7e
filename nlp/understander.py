"""The facade: one text in, one Understanding out."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from nlp.classify import Classifier
from nlp.intent import IntentRules
from nlp.lexicon import Lexicon, Lexicons, lines, pattern, words
from nlp.mentions import MentionFinder
from nlp.nature import NatureRules
from nlp.place import PlaceFinder, Where
from nlp.split import Splitter
from nlp.text import Folder
from nlp.tokens import Tokens
from nlp.urgency import Danger, UrgencyRules
from nlp.values import Intent, Knowledge, Part, Place, Understanding

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
        bare = self._bare(said)
        alarm = self._alarm(own, bare)
        intent, confidence = self._intent(said, where.place, alarm)
        return Understanding(
            text=folded,
            intent=intent,
            intent_confidence=confidence,
            parts=self._parts(bare, where.place, alarm, intent),
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
        for cluster in reversed(where.clusters):
            text = f"{text[: cluster.start]} {text[cluster.end :]}"
        return self._mentions.stripped(text).strip()

    def _bare(self, text: str) -> str:
        """The text without politeness: what it is about."""
        return self._greetings.sub(" ", text).strip(" ,.:;!?")

    def _alarm(self, text: str, bare: str) -> Alarm:
        """Is it an emergency: by a danger it names, or because it sounds like our examples?"""
        dangers = self._urgency.dangers(text)
        lead, clear = self._classifier.leads(bare, self._urgent) if self._levels else (0.0, 0.0)
        calm = next((d.calm for d in dangers if d.calm), "") or self._urgency.mood(text)
        real = next((d for d in dangers if not d.calm), None)
        if real is not None and not real.raises and lead < _OPPOSED:
            real, calm = None, "doubtful"
        return Alarm(real, lead, clear, calm, named=bool(dangers))

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
        self, text: str, place: Place | None, alarm: Alarm, intent: Intent
    ) -> tuple[Part, ...]:
        if intent not in _WITH_PARTS or not self._levels:
            return ()
        if intent == "report":
            pieces = self._splitter.split(text, self._classifier.scores)
            return tuple(self._part(piece, place, alarm) for piece in pieces)
        part = self._part(text, place, alarm, asked=False)
        return (part,) if part.confidence >= _SURE else ()

    def _part(self, text: str, place: Place | None, alarm: Alarm, asked: bool = True) -> Part:
        guess = self._classifier.guess(text)
        code, level, reason = guess.code, self._levels[guess.code], ""
        danger = alarm.danger
        if danger is not None and danger.raises:
            level, reason = "U0", danger.code
        elif danger is not None:
            code, level = danger.code, "U0"
            reason = self._urgency.reasons.get("emergency", "")
        elif level == "U0" and alarm.calm:
            level, reason = "U3", self._urgency.reasons.get(alarm.calm, "")
        elif level == "U0" and alarm.lead < (_ALARMING if asked else _SHOUTING):
            guess = self._classifier.guess(text, barred=self._urgent)
            code, level = guess.code, self._levels[guess.code]
        elif alarm.named:
            reason = self._urgency.reasons.get(alarm.calm, "")
        return Part(
            text=text,
            category=code,
            confidence=guess.confidence,
            top=guess.top,
            evidence=self._classifier.evidence(text, code),
            urgency=level,
            urgency_reason=reason,
            nature=self._nature.of(text, code),
            place=place,
        )


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
