"""What of a message is read: the sender's own words, without where and without politeness."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from nlp.lexicon import Lexicons, pattern, words
from nlp.mentions import MentionFinder
from nlp.place import PlaceFinder, Where
from nlp.text import Folder
from nlp.values import Mentions, PlaceRow

_LEFT_OUT = "\u2002"  # a blank that people do not write: where it stands, no clause ends
_EDGES = f" ,.:;!?{_LEFT_OUT}"
_LONGEST_READ = 1_000  # characters of a request that are classified; the rest only repeats it


@dataclass(frozen=True, slots=True)
class Read:
    """A message taken apart."""

    folded: str
    own: str  # in standard words, without what is quoted
    said: str  # without places and numbers of people: what the intent is read from
    bare: str  # without politeness too: what the category is read from
    where: Where
    mentions: Mentions

    @property
    def end(self) -> str:
        """The last character: a question mark means more there."""
        return self.own[-1:]

    @property
    def placed(self) -> bool:
        return self.where.place is not None


class Reader:
    """Takes messages apart; trained texts and new ones go through the same hands."""

    def __init__(self, lexicons: Lexicons, places: Iterable[PlaceRow] = ()) -> None:
        self._mentions = MentionFinder(lexicons.get("mentions", {}))
        self._folder = Folder(lexicons.get("text", {}))
        self.places = PlaceFinder(
            places, lexicons.get("place", {}), lambda name: self._folder.plain(self._fold(name))
        )
        self._greetings = pattern(words(lexicons.get("split", {}), "greetings"))

    def __call__(self, text: str) -> Read:
        folded = self._fold(text)
        own, _ = self._folder.own_words(self._folder.plain(folded))
        mentions, taken = self._mentions.find(own)
        where = self.places.find(own, taken)
        said = self._without_places(own, where)[:_LONGEST_READ]
        bare = self._greetings.sub(_LEFT_OUT, said).strip(_EDGES)
        return Read(folded, own, said, bare, where, mentions)

    def _fold(self, text: str) -> str:
        return self._folder.fold(text)

    def _without_places(self, text: str, where: Where) -> str:
        for cluster in reversed(where.clusters):
            text = f"{text[: cluster.start]}{_LEFT_OUT}{text[cluster.end :]}"
        return self._mentions.stripped(text).strip()
