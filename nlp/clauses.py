"""The clauses of a message: the places where it may turn to something else."""

from __future__ import annotations

import re
from dataclasses import dataclass

from nlp.lexicon import Lexicon, alternatives, pattern, words

ENDS = " ,，。.!?;、\n"
_POINT = r"(?<=\d)[.,](?=\d)"  # of a number: no clause ends there
_CLAUSE = re.compile(rf"[{ENDS}]*[^{ENDS}]+(?:{_POINT}[^{ENDS}]+)*[{ENDS}]*")
_SHORTEST = 3  # characters that can be a request
_LONGEST_SITUATION = 16  # characters


@dataclass(frozen=True, slots=True)
class Clause:
    start: int
    end: int
    runs_on: bool = False  # no stop stands before it


class Clauses:
    """Finds them. What says nothing by itself belongs to its neighbour.

    A plea (麻烦看一下) and anything too short goes with the clause before, who it is for
    (我妈87了一个人住) with the clause after.
    """

    def __init__(self, lexicon: Lexicon) -> None:
        self._turn = pattern(words(lexicon, "turns"))
        self._plea = re.compile(f"(?:{alternatives(words(lexicon, 'pleas'))}|[^\\w])+")
        self._situation = pattern(words(lexicon, "situations"))

    def __call__(self, text: str) -> list[Clause]:
        found: list[Clause] = []
        opens = False  # what was said last only opens what follows
        for match in _CLAUSE.finditer(text):
            bare = match[0].strip(ENDS)
            turned = bool(self._turn.match(bare))
            joins = opens or len(bare) < _SHORTEST or self._plea.fullmatch(bare)
            if found and joins and not turned:
                found[-1] = Clause(found[-1].start, match.end())
            else:
                found.append(Clause(match.start(), match.end()))
            opens = len(bare) <= _LONGEST_SITUATION and bool(self._situation.search(bare))
            opens = opens or (len(found) == 1 and found[0].end - found[0].start < _SHORTEST)
        return found
