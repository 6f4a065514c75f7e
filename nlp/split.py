"""One message, several requests? Cut it where it turns to something else.

A turn word (另外, 还有 …) suggests a cut, a change of category between clauses with confidence on
both sides makes one. A long story about one thing stays one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from nlp.classify import Guess
from nlp.lexicon import Lexicon, number, pattern, words

_CLAUSES = re.compile(r"[^,，。.!?;、\n]+[,，。.!?;、\n ]*")
_SHORTEST = 4


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of the text that is one request."""

    start: int
    end: int
    turned: bool  # a turn word opens it


class Splitter:
    def __init__(self, lexicon: Lexicon) -> None:
        self._turn = pattern(words(lexicon, "turns"))
        self._sure_turned = number(lexicon, "sure_turned", 0.35)
        self._sure_alone = number(lexicon, "sure_alone", 0.8)

    def split(self, text: str, guess: Callable[[str], Guess]) -> list[tuple[str, Guess]]:
        """The requests of the text, each with what it seems to be about."""
        pieces = self._clauses(text)
        if len(pieces) < 2:
            return [(text, guess(text))]
        best = self._best_cut(text, pieces, guess)
        whole = guess(text)
        if best is None:
            return [(text, whole)]
        return best

    def _clauses(self, text: str) -> list[Piece]:
        """Clauses; one that is too short to say anything belongs to the one before."""
        pieces: list[Piece] = []
        for match in _CLAUSES.finditer(text):
            turned = bool(self._turn.match(match[0].lstrip()))
            bare = match[0].strip(" ,，。.!?;、\n")
            if pieces and len(bare) < _SHORTEST and not turned:
                last = pieces[-1]
                pieces[-1] = Piece(last.start, match.end(), last.turned)
            else:
                pieces.append(Piece(match.start(), match.end(), turned))
        return pieces

    def _best_cut(
        self, text: str, pieces: Sequence[Piece], guess: Callable[[str], Guess]
    ) -> list[tuple[str, Guess]] | None:
        best: tuple[float, list[tuple[str, Guess]]] | None = None
        for cut in range(1, min(len(pieces), 12)):
            left = text[pieces[0].start : pieces[cut].start]
            right = text[pieces[cut].start : pieces[-1].end]
            one, two = guess(left), guess(right)
            if one.code == two.code:
                continue
            turned = pieces[cut].turned
            sure = min(one.confidence, two.confidence)
            if sure >= (self._sure_turned if turned else self._sure_alone):
                value = sure + (1.0 if turned else 0.0)
                if best is None or value > best[0]:
                    best = (value, [(left.strip(), one), (right.strip(), two)])
        return best[1] if best else None
