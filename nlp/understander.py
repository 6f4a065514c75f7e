"""The facade: one text in, one Understanding out."""

from __future__ import annotations

from pathlib import Path

from nlp.classify import Classifier, Guess
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
_LEVELS: tuple[Urgency, ...] = ("U0", "U1", "U2", "U3")


class Understander:
    """Everything a text says, by one community's knowledge. Immutable and safe for threads."""

    def __init__(self, knowledge: Knowledge, cache: Path | None = None) -> None:
        lexicons = knowledge.lexicons

        def lexicon(name: str) -> Lexicon:
            return lexicons.get(name, {})

        self._knowledge = knowledge
        self._levels = {c.code: c.level for c in knowledge.categories}
        self._folder = Folder(lexicon("text"))
        self._mentions = MentionFinder(lexicon("mentions"))
        self._places = PlaceFinder(knowledge.places, lexicon("place"))
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
        bare = self._bare(own, where)
        dangers = self._urgency.dangers(own)
        intent, confidence = self._intent(bare, dangers)
        parts = self._parts(bare, where, dangers, intent)
        return Understanding(
            folded, intent, confidence, parts, where.place, self._mentions.find(own)
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
        bare = self._bare(own, self._places.find(own, self._mentions.taken(own)))
        other._classifier = self._classifier.with_example(bare, code)
        return other

    def warm(self) -> None:
        """Load what is loaded late: for a thread at start-up."""
        self.understand("")
        self.tokens.warm()

    # ---- steps

    def _bare(self, text: str, where: Where) -> str:
        """The text without places, numbers of people and politeness: what it is about."""
        for cluster in reversed(where.clusters):
            text = f"{text[: cluster.start]} {text[cluster.end :]}"
        return self._greetings.sub(" ", self._mentions.stripped(text)).strip(" ,.:;!?")

    def _intent(self, text: str, dangers: list[Danger]) -> tuple[Intent, float]:
        if not any(c.isalnum() or c in "+?" for c in text):
            return "chatter", 1.0
        if any(not danger.calm for danger in dangers):
            return "report", 0.99
        intents = self._intents.of(text[:_LONGEST_READ])
        best = max(intents, key=intents.__getitem__)
        return best, intents[best]

    def _parts(
        self, text: str, where: Where, dangers: list[Danger], intent: Intent
    ) -> tuple[Part, ...]:
        if intent not in ("report", "metoo", "urge", "supplement") or not self._levels:
            return ()
        if intent == "report":
            pieces = self._splitter.split(text[:_LONGEST_READ], self._classifier.guess)
        else:
            guess = self._classifier.guess(text[:_LONGEST_READ])
            pieces = [(text, guess)] if guess.confidence >= 0.5 else []
        return tuple(self._part(piece, guess, where, dangers) for piece, guess in pieces)

    def _part(self, text: str, guess: Guess, where: Where, dangers: list[Danger]) -> Part:
        code, reason = guess.code, ""
        level = self._levels[code]
        real = [danger for danger in dangers if not danger.calm]
        if real and not real[0].raises:
            code, level = real[0].code, "U0"
        elif real:
            level, reason = "U0", real[0].code
        elif dangers and not dangers[0].raises:
            reason = self._urgency.reasons.get(dangers[0].calm, "")
            level = max(level, "U3") if level == "U0" else level
        return Part(
            text=text,
            category=code,
            confidence=guess.confidence,
            top=guess.top,
            evidence=self._classifier.evidence(text, code),
            urgency=level,
            urgency_reason=reason,
            nature=self._nature.of(text, code),
            place=where.place,
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
