"""Training of the cuts: from messages whose requests are marked, and from requests of one kind.

What both sides of a boundary are about must be judged as it will be of new messages, so every text
here is scored by a classifier that has not learned from it.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlp.bag import Floats
from nlp.clauses import ENDS, Clause, Clauses
from nlp.cuts import NUMBERS, Cuts, marks, sides
from nlp.features import Features
from nlp.linear import Example, Linear

_MARK = "‖"  # stands between two requests in the examples
_AND = "、"  # and between their categories
T = TypeVar("T")
_FOLDS = 3
_JOINED = 8_000  # pairs of examples that are written one after the other
_LONGEST_JOINED = 40  # characters of one of them
_RARE = 4  # characters around fewer boundaries tell nothing
_COST = 0.1
_CHARACTER = 0.3  # what a character is worth beside a figure: there are many of them
_WORTH = {"marked": 10.0, "joined": 1.0, "single": 1.0}  # who wrote it knew what it is for
_SEED = 20260101


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is learned from, as it is classified, and where its requests begin."""

    bare: str
    starts: tuple[int, ...]  # of all requests but the first
    kind: str


@dataclass(frozen=True)
class Boundaries:
    """Every boundary of the texts whose sides are about different things."""

    numbers: list[Floats]
    marks: list[set[str]]
    turns: list[bool]  # another request begins there
    worth: list[float]


def requests(codes: str, marked: str) -> list[tuple[str, str]]:
    """(category, text) of every request of a marked text; `codes` are theirs, in order."""
    return list(zip(codes.split(_AND), _pieces(marked), strict=True))


def unmarked(marked: str) -> Text:
    """The text without its marks, and where they were."""
    text, starts = "", []
    for piece in _pieces(marked):
        if text:
            text += "" if text[-1] in ENDS else " "
            starts.append(len(text))
        text += piece
    return Text(text, tuple(starts), "marked")


def _pieces(marked: str) -> list[str]:
    return re.split(rf"\s*{_MARK}\s*", marked)


def fit_cuts(
    clauses: Clauses,
    singles: Sequence[tuple[str, str]],
    marked: Sequence[tuple[str, str]],
    joiners: Sequence[str],
    train: Callable[[Sequence[Example]], Linear],
    features: Features,
) -> Cuts:
    """`singles` are (category, text) of one request each, `marked` are (categories, text with
    marks): all as they are classified. `joiners` stand between two requests."""
    found = Boundaries([], [], [], [])
    alone = [(features(text), code) for code, text in singles]
    within = [[(features(text), code) for code, text in requests(*both)] for both in marked]
    for fold in range(_FOLDS):
        linear = train([*_others(alone, fold), *chain.from_iterable(_others(within, fold))])
        own = singles[fold::_FOLDS]
        texts = [Text(text, (), "single") for _, text in own]
        texts += _joined(own, joiners, random.Random(_SEED + fold))
        texts += [unmarked(text) for _, text in marked[fold::_FOLDS]]
        for text in texts:
            _collect(found, text, clauses(text.bare), linear, features)
    return _logistic(found)


def _others(items: Sequence[T], fold: int) -> list[T]:
    return [item for at, item in enumerate(items) if at % _FOLDS != fold]


def _joined(
    singles: Sequence[tuple[str, str]], joiners: Sequence[str], chance: random.Random
) -> Iterable[Text]:
    """Two requests one after the other, as people write who have two."""
    short = [pair for pair in singles if len(pair[1]) <= _LONGEST_JOINED]
    for _ in range(_JOINED // _FOLDS if len(short) > 1 and joiners else 0):
        (one, first), (two, second) = chance.sample(short, 2)
        if one != two:
            joiner = chance.choice(joiners)
            start = len(first) + len(joiner) - len(joiner.lstrip(ENDS))
            yield Text(first + joiner + second, (start,), "joined")


def _collect(
    found: Boundaries,
    text: Text,
    clauses: list[Clause],
    linear: Linear,
    features: Features,
) -> None:
    if len(clauses) < 2:
        return
    stretches = features.of_each([text.bare[clause.start : clause.end] for clause in clauses])
    known = linear.find(stretches)
    weighed = known.weigh(known.shared.holds[1:])
    both = sides(clauses, weighed, linear.settle)
    if both is None:
        return
    for at, clause in enumerate(clauses[1:]):
        if both.one[at] == both.two[at]:
            continue
        found.numbers.append(both.numbers[at])
        found.marks.append(marks(text.bare, clause.start, clause.end))
        found.turns.append(clause.start in text.starts)
        found.worth.append(_WORTH[text.kind])


def _logistic(found: Boundaries) -> Cuts:
    from scipy.sparse import csr_matrix, hstack
    from sklearn.linear_model import LogisticRegression

    counts = Counter(mark for marks in found.marks for mark in marks)
    known = sorted(mark for mark, count in counts.items() if count >= _RARE)
    index = {mark: row for row, mark in enumerate(known)}
    if len(set(found.turns)) < 2:
        return Cuts(index, *map(_zeros, (len(known), NUMBERS, 1)))
    numbers = np.array(found.numbers)
    mean, spread = numbers.mean(axis=0), numbers.std(axis=0) + 1e-6
    rows = [[index[mark] for mark in marks if mark in index] for marks in found.marks]
    ends = np.cumsum([0, *map(len, rows)])
    flat: NDArray[np.intp] = np.concatenate([np.array(row, np.intp) for row in rows])
    signs = csr_matrix((np.full(len(flat), _CHARACTER), flat, ends), shape=(len(rows), len(known)))
    model = LogisticRegression(C=_COST, max_iter=300)
    model.fit(
        hstack([csr_matrix((numbers - mean) / spread), signs]).tocsr(),
        found.turns,
        sample_weight=found.worth,
    )
    figures = model.coef_[0][:NUMBERS] / spread
    bias = model.intercept_ - figures @ mean
    weights = model.coef_[0][NUMBERS:] * _CHARACTER
    return Cuts(index, *(np.asarray(part, np.float32) for part in (weights, figures, bias)))


def _zeros(length: int) -> Floats:
    return np.zeros(length, np.float32)
