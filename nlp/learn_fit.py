"""Fits a model's weights and its confidence. The only file that needs scikit-learn and SciPy.

One linear support vector machine a label, over features weighted by how much more they are used
under that label than elsewhere (the log-count ratio of naive Bayes; Wang & Manning 2012). The ratio
is folded into the weights, so that classifying is one sum.

Confidence comes from answers about texts the fold's model had not seen: a logistic curve over how
far the best label leads the second and how well it fits at all.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import csr_matrix
from sklearn.linear_model import LogisticRegression
from sklearn.svm import LinearSVC

from nlp.learn_features import Reading, Space


@dataclass(frozen=True, slots=True)
class Manner:
    """How weights are fitted."""

    smoothing: float  # of the counts that the ratios are made of
    ratio_power: float  # 1 trusts the ratios, 0 leaves all to the machine
    cost: float  # the machine's penalty for an error


# For texts that tell a story, and for those of a dozen words, which chance plays with more. Which
# of them a ledger needs is tried out on it.
MANNERS = (Manner(0.01, 0.6, 1.0), Manner(0.05, 0.45, 0.5))


def matrix(space: Space, readings: Sequence[Reading]) -> csr_matrix:
    vectors = [space.vector(reading) for reading in readings]
    pointers = np.cumsum([0, *(len(where) for where, _ in vectors)])
    where = np.concatenate([where for where, _ in vectors])
    amounts = np.concatenate([amounts for _, amounts in vectors])
    return csr_matrix((amounts, where, pointers), shape=(len(readings), len(space)))


def weights(
    features: csr_matrix, answers: NDArray[np.intp], labels: int, manner: Manner
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """One column of weights and one bias a label. A label without an example never wins."""
    columns = np.zeros((features.shape[1], labels), dtype=np.float32)
    biases = np.full(labels, -10.0, dtype=np.float32)
    for label in range(labels):
        own = answers == label
        if not own.any() or own.all():
            biases[label] = 10.0 if own.any() else -10.0
            continue
        ratio = _ratio(features, own, manner)
        machine = LinearSVC(C=manner.cost, random_state=0, max_iter=10_000)
        machine.fit(csr_matrix(features.multiply(ratio)), own)
        columns[:, label] = machine.coef_[0] * ratio
        biases[label] = machine.intercept_[0]
    return columns, biases


def _ratio(features: csr_matrix, own: NDArray[np.bool_], manner: Manner) -> NDArray[np.float64]:
    inside = manner.smoothing + np.asarray(features[own].sum(axis=0)).ravel()
    outside = manner.smoothing + np.asarray(features[~own].sum(axis=0)).ravel()
    ratio = np.log((inside / inside.sum()) / (outside / outside.sum()))
    return np.asarray(np.sign(ratio) * np.abs(ratio) ** manner.ratio_power)


def folds(texts: Sequence[str], answers: NDArray[np.intp], count: int) -> NDArray[np.intp]:
    """A fold for every text: each label spread evenly, equal texts together, no chance in it."""
    chosen: dict[str, int] = {}
    for label in np.unique(answers):
        own = {texts[row] for row in np.flatnonzero(answers == label).tolist()} - chosen.keys()
        for text in sorted(
            own, key=lambda text: hashlib.sha256(text.encode("utf-8", "replace")).digest()
        ):
            chosen[text] = len(chosen) % count
    return np.array([chosen[text] for text in texts], dtype=np.intp)


def _shuffling(text: str) -> bytes:
    """An order that has nothing to do with what the text says, and never changes."""
    return hashlib.sha256(text.encode("utf-8", "replace")).digest()


def unseen_scores(
    readings: Sequence[Reading], answers: NDArray[np.intp], labels: int, fold: NDArray[np.intp]
) -> list[NDArray[np.float64]]:
    """Each text's scores from a model that was trained without it, for every manner."""
    scores = [np.zeros((len(readings), labels)) for _ in MANNERS]
    for number in np.unique(fold):
        rest = np.flatnonzero(fold != number).tolist()
        held = np.flatnonzero(fold == number).tolist()
        space = Space.of([readings[row] for row in rest])
        known, asked = (matrix(space, [readings[row] for row in rows]) for rows in (rest, held))
        for manner, own in zip(MANNERS, scores, strict=True):
            columns, biases = weights(known, answers[rest], labels, manner)
            own[held] = asked @ columns + biases
    return scores


def curve(leads: NDArray[np.float64], right: NDArray[np.bool_]) -> tuple[float, float, float]:
    """Slopes for (lead, fit) and the intercept of the chance that an answer is right.

    Two made-up answers, a wrong one without a lead and a right one with the widest, keep a curve
    through few examples from running to certainty.
    """
    widest = leads.max(axis=0)
    points = np.vstack((leads, [0.0, float(np.median(leads[:, 1]))], widest))
    logistic = LogisticRegression(C=10.0, max_iter=1000)
    logistic.fit(points, np.concatenate((right, [False, True])))
    lead, fit = logistic.coef_[0]
    return float(max(lead, 0.0)), float(fit), float(logistic.intercept_[0])
