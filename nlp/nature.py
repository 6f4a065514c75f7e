"""诉求性质: what kind of request it is, by its words and by what it is about."""

from __future__ import annotations

from typing import cast, get_args

from nlp.lexicon import Lexicon, mapping, pattern, words
from nlp.values import Nature

_KINDS = get_args(Nature)


class NatureRules:
    """The category decides where it always means the same; then a word that says it; then habit."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._always = mapping(lexicon, "always")
        self._usually = mapping(lexicon, "usually")
        self._cues = [(kind, pattern(words(lexicon, kind))) for kind in _KINDS]

    def of(self, text: str, category: str) -> Nature:
        top = category.partition(".")[0]
        kind = self._always.get(category) or self._always.get(top)
        if kind is None:
            kind = next((kind for kind, cue in self._cues if cue.search(text)), None)
        kind = kind or self._usually.get(category) or self._usually.get(top)
        return cast(Nature, kind) if kind in _KINDS else cast(Nature, _KINDS[1])
