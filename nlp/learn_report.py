"""How well a learned classifier answers: by label, what it mixes up, how honest its confidence is.

`cross_validate` asks before there are fresh texts: every row is answered by a model that was
trained without it, and so was the threshold that model chose. `evaluate` asks a finished model.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from nlp.learn import FOLDS, Model, Row, train, usable
from nlp.learn_features import Topics

PRECISION = 0.95
BINS = 10


@dataclass(frozen=True, slots=True)
class Verdict:
    """One row: what it is, what it was taken for, and whether that was sure enough to act on."""

    text: str
    label: str
    guess: str
    confidence: float
    taken: bool

    @property
    def right(self) -> bool:
        return self.label == self.guess


@dataclass(frozen=True, slots=True)
class LabelFigures:
    label: str
    rows: int
    precision: float
    recall: float
    f1: float


@dataclass(frozen=True, slots=True)
class Bin:
    """Answers of like confidence: what they promised and what they kept."""

    rows: int
    confidence: float
    right: float


@dataclass(frozen=True, slots=True)
class Report:
    rows: int
    accuracy: float
    macro_f1: float
    labels: tuple[LabelFigures, ...]
    confusions: tuple[tuple[str, str, int], ...]  # label, guess, times; the most frequent first
    calibration: tuple[Bin, ...]  # rising
    calibration_error: float  # mean distance between promised and kept
    wanted: float  # precision that was asked for
    coverage: float  # share of rows answered at it
    precision: float  # what it came to; 1 when nothing was answered
    worst: tuple[Verdict, ...]  # the surest errors


def evaluate(model: Model, rows: Iterable[Row], precision: float = PRECISION) -> Report:
    """A finished model on rows it has not seen."""
    return report(_answer(model, usable(rows), precision), precision)


def cross_validate(
    rows: Iterable[Row],
    topics: Topics | None = None,
    precision: float = PRECISION,
    folds: int = FOLDS,
    seed: int = 0,
) -> Report:
    """Each row by a model trained without it and without any row of the same text."""
    kept = usable(rows)
    fold = split_evenly(kept, folds, seed)
    verdicts: list[Verdict] = []
    for number in range(folds):
        held = [row for row in kept if fold[row[0]] == number]
        if held:
            model = train([row for row in kept if fold[row[0]] != number], topics)
            verdicts += _answer(model, held, precision)
    return report(verdicts, precision)


def learning_curve(
    rows: Iterable[Row],
    sizes: Sequence[int],
    topics: Topics | None = None,
    draws: int = 3,
    seed: int = 0,
) -> tuple[tuple[int, float], ...]:
    """Accuracy after so many examples of each label, on all rows that were not among them."""
    kept = usable(rows)
    points = []
    for size in sizes:
        right = total = 0
        for draw in range(draws):
            chosen, rest = draw_examples(kept, size, random.Random(f"{seed} {size} {draw}"))
            model = train(chosen, topics, folds=0)
            right += sum(model.classify(text).label == label for text, label in rest)
            total += len(rest)
        points.append((size, right / total if total else 0.0))
    return tuple(points)


def report(verdicts: Sequence[Verdict], wanted: float) -> Report:
    if not verdicts:
        raise ValueError("no rows to judge")
    pairs = Counter((v.label, v.guess) for v in verdicts)
    labels = tuple(
        _figures(label, pairs) for label in sorted({label for pair in pairs for label in pair})
    )
    present = [figures.f1 for figures in labels if figures.rows]
    wrong = sorted(((*p, n) for p, n in pairs.items() if p[0] != p[1]), key=lambda t: (-t[2], t))
    bins = _bins(verdicts)
    taken = [v for v in verdicts if v.taken]
    errors = sorted((v for v in verdicts if not v.right), key=lambda v: (-v.confidence, v.text))
    return Report(
        rows=len(verdicts),
        accuracy=_share(v.right for v in verdicts),
        macro_f1=sum(present) / len(present),
        labels=labels,
        confusions=tuple(wrong),
        calibration=bins,
        calibration_error=sum(b.rows * abs(b.confidence - b.right) for b in bins) / len(verdicts),
        wanted=wanted,
        coverage=len(taken) / len(verdicts),
        precision=_share(v.right for v in taken),
        worst=tuple(errors[:10]),
    )


def _answer(model: Model, rows: Iterable[Row], precision: float) -> list[Verdict]:
    threshold = model.threshold(precision)
    verdicts = []
    for text, label in rows:
        guess, confidence = model.classify(text)
        taken = threshold is not None and confidence >= threshold
        verdicts.append(Verdict(text, label, guess, confidence, taken))
    return verdicts


def _figures(label: str, pairs: Mapping[tuple[str, str], int]) -> LabelFigures:
    right = pairs.get((label, label), 0)
    rows = sum(n for (own, _), n in pairs.items() if own == label)
    guessed = sum(n for (_, guess), n in pairs.items() if guess == label)
    precision = right / guessed if guessed else 0.0
    recall = right / rows if rows else 0.0
    f1 = 2 * right / (rows + guessed)
    return LabelFigures(label, rows, precision, recall, f1)


def _bins(verdicts: Sequence[Verdict]) -> tuple[Bin, ...]:
    sorted_in: dict[int, list[Verdict]] = {}
    for verdict in verdicts:
        number = min(int(verdict.confidence * BINS), BINS - 1)
        sorted_in.setdefault(number, []).append(verdict)
    return tuple(
        Bin(len(own), sum(v.confidence for v in own) / len(own), _share(v.right for v in own))
        for _, own in sorted(sorted_in.items())
    )


def _share(values: Iterable[bool]) -> float:
    listed = list(values)
    return sum(listed) / len(listed) if listed else 1.0


def split_evenly(rows: Sequence[Row], folds: int, seed: int) -> dict[str, int]:
    """A fold for every text, each label spread evenly."""
    fold: dict[str, int] = {}
    chance = random.Random(seed)
    for label in sorted({label for _, label in rows}):
        texts = sorted({text for text, own in rows if own == label} - fold.keys())
        chance.shuffle(texts)
        for text in texts:
            fold[text] = len(fold) % folds
    return fold


def draw_examples(
    rows: Sequence[Row], size: int, chance: random.Random
) -> tuple[list[Row], list[Row]]:
    """`size` rows of each label, and all others whose label was drawn."""
    shuffled = chance.sample(rows, len(rows))
    chosen: list[Row] = []
    rest: list[Row] = []
    drawn: Counter[str] = Counter()
    for row in shuffled:
        (chosen if drawn[row[1]] < size else rest).append(row)
        drawn[row[1]] += 1
    return chosen, rest
