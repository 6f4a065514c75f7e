"""Training of the cuts: from messages whose requests are marked, and from requests of one kind.

What a stretch is about, and where a stop may be missing, must be judged as it will be of new
messages, so every text here is seen by a classifier and by seams that have not learned from it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from nlp.bag import Floats
from nlp.clauses import ENDS, Clause, Clauses
from nlp.cuts import FIGURES, MOST_CLAUSES, Cuts, marks, weighing
from nlp.features import Features
from nlp.linear import Example, Linear, Weighed
from nlp.seam_fit import fit_seams
from nlp.seams import Seams

_MARK = "‖"  # stands between two requests in the examples
_BLANKS = " *"
_AND = "、"  # and between their categories
T = TypeVar("T")
_FOLDS = 3
_STOPPED = 6_000  # examples of one request that the seams of a fold are learned from
_RARE = 6  # characters around fewer boundaries tell nothing
_CHARACTER = 0.3  # what a character is worth beside a figure: there are many of them
_FIGURES_COST, _CHARACTERS_COST = 1e-3, 5e-5
_STEPS = 60  # of the solver
# Who marked it, or wrote it to tempt, knew what it is for; the same without stops is a copy.
_WORTH = {"marked": 3.0, "run on": 1.5, "tempting": 3.0, "single": 0.5}


@dataclass(frozen=True, slots=True)
class Text:
    """A text that is learned from, as it is classified, and where its requests begin."""

    bare: str
    starts: tuple[int, ...]  # of all requests but the first
    kind: str


@dataclass(frozen=True, slots=True)
class Choice:
    """All possible ways to cut a text, and the right one."""

    figures: Floats
    turns: Floats
    marks: list[set[str]]  # of every boundary
    right: int
    worth: float


def requests(codes: str, marked: str) -> list[tuple[str, str]]:
    """(category, text) of every request of a marked text; `codes` are theirs, in order."""
    pieces = re.split(rf"\s*{_MARK}\s*", marked)
    return list(zip(codes.split(_AND), pieces, strict=True))


def unmarked(marked: str) -> Text:
    """The text without its marks, and where they were. Blanks around a mark are a stop, unless
    another one is there."""
    text, starts = "", []
    for piece in re.split(rf"({_BLANKS}{_MARK}[{ENDS}]*)", marked):
        if _MARK not in piece:
            text += piece
            continue
        stop = piece.replace(_MARK, "").strip(" ")
        text += stop or (" " if piece != _MARK and text[-1:] not in ENDS else "")
        starts.append(len(text))
    return Text(text, tuple(starts), "marked" if starts else "tempting")


def run_together(marked: str) -> Text:
    """The same without any stop between the requests."""
    pieces = [piece.strip(ENDS) for piece in marked.split(_MARK)]
    starts = np.cumsum([len(piece) for piece in pieces])[:-1].tolist()
    return Text("".join(pieces), tuple(starts), "run on")


def fit_cuts(
    clauses: Clauses,
    singles: Sequence[tuple[str, str]],
    marked: Sequence[tuple[str, str]],
    tops: NDArray[np.intp],
    train: Callable[[Sequence[Example]], Linear],
    features: Features,
) -> Cuts:
    """`singles` are (category, text) of one request each, `marked` are (categories, text with
    marks): all as they are classified. `tops` are the numbers of the upper categories."""
    alone = [(features(text), code) for code, text in singles]
    within = [[(features(text), code) for code, text in requests(*both)] for both in marked]
    choices: list[Choice] = []
    for fold in range(_FOLDS):
        linear = train([*_others(alone, fold), *chain.from_iterable(_others(within, fold))])
        stopped = [text for _, text in _others(singles, fold)][:: max(1, len(singles) // _STOPPED)]
        seams = fit_seams([*stopped, *(unmarked(text).bare for _, text in _others(marked, fold))])
        learner = _Learner(clauses, seams, linear, tops, features)
        own = [Text(text, (), "single") for _, text in singles[fold::_FOLDS]]
        own += chain.from_iterable(_both(text) for _, text in marked[fold::_FOLDS])
        choices += filter(None, map(learner.choice, own))
    return _fit(choices)


def _both(marked: str) -> Iterator[Text]:
    as_written = unmarked(marked)
    yield as_written
    if as_written.starts and (spoken := run_together(marked)).bare != as_written.bare:
        yield spoken


def _others(items: Sequence[T], fold: int) -> list[T]:
    return [item for at, item in enumerate(items) if at % _FOLDS != fold]


@dataclass(frozen=True)
class _Learner:
    """Sees texts as a message is seen."""

    clauses: Clauses
    seams: Seams
    linear: Linear
    tops: NDArray[np.intp]
    features: Features

    def choice(self, text: Text) -> Choice | None:
        """None if there is nothing to choose, or the right way is none of those there are."""
        bare = text.bare
        clauses = self.seams.finer(bare, self.clauses(bare)[:MOST_CLAUSES])[:MOST_CLAUSES]
        cuts = tuple(at for at, clause in enumerate(clauses) if at and clause.start in text.starts)
        if len(clauses) < 2 or len(cuts) != len(text.starts):
            return None
        found = weighing(clauses, self._weighed(bare, clauses), self.linear.settle, self.tops)
        if found is None or cuts not in found.ways.cuts:
            return None
        right = found.ways.cuts.index(cuts)
        if not found.possible[right]:
            return None
        possible = found.possible
        return Choice(
            found.figures[possible],
            found.ways.turns[possible],
            [marks(bare, clause) for clause in clauses[1:]],
            int(possible[:right].sum()),
            _WORTH[text.kind],
        )

    def _weighed(self, text: str, clauses: Sequence[Clause]) -> Weighed:
        stretches = self.features.of_each([text[c.start : c.end] for c in clauses])
        known = self.linear.find(stretches)
        return known.weigh(known.shared.holds[1:])


def _fit(choices: Sequence[Choice]) -> Cuts:
    """The weights by which the right ways are likeliest among all: softmax regression."""
    from scipy.optimize import minimize
    from scipy.sparse import block_diag, csr_matrix

    counts = Counter(mark for c in choices for around in c.marks for mark in around)
    known = sorted(mark for mark, count in counts.items() if count >= _RARE)
    index = {mark: row for row, mark in enumerate(known)}
    if not choices:
        return Cuts(index, *map(_zeros, (len(known), FIGURES)))
    figures = np.concatenate([choice.figures for choice in choices])
    turns = block_diag([csr_matrix(choice.turns) for choice in choices])
    rows = [[index[m] for m in around if m in index] for c in choices for around in c.marks]
    ends = np.cumsum([0, *map(len, rows)])
    flat: NDArray[np.intp] = np.concatenate([np.array(row, np.intp) for row in rows])
    signs = csr_matrix((np.full(len(flat), _CHARACTER), flat, ends), shape=(len(rows), len(known)))
    cut, by_mark = turns.tocsr(), signs.T.tocsr()
    back = cut.T.tocsr()
    many = np.array([len(choice.figures) for choice in choices])
    first = np.cumsum([0, *many[:-1]])
    right = first + [choice.right for choice in choices]
    worth = np.array([choice.worth for choice in choices])
    worth /= worth.sum()
    spread = figures.std(axis=0) + 1e-6
    figures = figures / spread
    costs = np.repeat([_FIGURES_COST, _CHARACTERS_COST], [FIGURES, len(known)])

    def loss(weights: NDArray[np.float64]) -> tuple[float, NDArray[np.float64]]:
        values = figures @ weights[:FIGURES] + cut @ (signs @ weights[FIGURES:])
        values -= np.repeat(np.maximum.reduceat(values, first), many)
        likely = np.exp(values)
        total = np.add.reduceat(likely, first)
        lost = worth @ (np.log(total) - values[right])
        slope = likely * np.repeat(worth / total, many)
        slope[right] -= worth
        slopes = np.concatenate((figures.T @ slope, by_mark @ (back @ slope)))
        return float(lost + costs @ weights**2), slopes + 2 * costs * weights

    start = np.zeros(FIGURES + len(known))
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": _STEPS}).x
    parts = found[FIGURES:] * _CHARACTER, found[:FIGURES] / spread
    return Cuts(index, *(np.asarray(part, np.float32) for part in parts))


def _zeros(length: int) -> Floats:
    return np.zeros(length, np.float32)
