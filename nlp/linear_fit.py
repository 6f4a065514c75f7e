"""Training of linear classifiers: naive Bayes and a support vector machine in one matrix.

Both score a text by adding up weights of its features, so their blend is one matrix. Naive Bayes
generalises from few examples, the machine separates what is close; together they beat either
(bench/RESULTS.md). A feature of a single example counts too: another author's words are rare ones.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import chain

import numpy as np
from numpy.typing import NDArray

from nlp.linear import Example, Floats, Linear, Vector

_TOLERANCE = 0.01  # a finer solution is no better on other texts and takes three times as long


@dataclass(frozen=True)
class Blend:
    """How a classifier is trained."""

    bayes: float  # the share of naive Bayes
    smoothing: float = 0.02  # of its counts
    cost: float = 1.0  # the machine's penalty for an error
    even: bool = False  # labels of many examples weigh less, by the root of how many


def fit(
    examples: Sequence[Example],
    labels: Iterable[str],
    blend: Blend,
    beside: Sequence[Example] = (),
) -> Linear:
    """Learn from examples. `labels` fixes the order and keeps labels without examples.

    `beside` are texts of another classifier: trained with each other's, both read a text by the
    same vector.
    """
    names = tuple(labels)
    seen = chain(examples, beside)
    documents = Counter(feature for features, _ in seen for feature in features)
    known = sorted(documents)
    total = len(examples) + len(beside) + 1
    rarity = np.array([math.log(total / (documents[f] + 1)) + 1.0 for f in known], np.float32)
    empty = Linear(
        names,
        {feature: row for row, feature in enumerate(known)},
        rarity,
        np.zeros((len(known), len(names)), np.float16),
        np.zeros(len(names), np.float32),
    )
    if not examples or not known:
        return empty
    vectors = [empty.vector(features) for features, _ in examples]
    answers = np.array([names.index(label) for _, label in examples])
    found = np.bincount(answers, minlength=len(names))
    mean = len(answers) / np.count_nonzero(found)
    worth = np.sqrt(mean / np.maximum(found, 1)) if blend.even else np.ones(len(names))
    machine, bias = _machine(empty, vectors, answers, worth, blend.cost)
    weights = machine + blend.bayes * _bayes(empty, vectors, answers, worth, blend.smoothing)
    return replace(empty, weights=weights.astype(np.float16), bias=bias)


def _machine(
    model: Linear,
    vectors: Sequence[Vector],
    answers: NDArray[np.intp],
    worth: NDArray[np.float64],
    cost: float,
) -> tuple[Floats, Floats]:
    """Weights and biases of one support vector machine a label, each against all the others."""
    # Slow to import and large: only whoever trains pays for it.
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    weights = np.zeros(model.weights.shape, np.float32)
    bias = np.full(len(model.labels), -1.0, np.float32)
    present = np.unique(answers)
    if len(present) < 2:  # nothing to separate
        return weights, bias
    ends = np.cumsum([0, *(len(vector.rows) for vector in vectors)])
    rows = np.concatenate([vector.rows for vector in vectors])
    amounts = np.concatenate([vector.rarity / vector.length for vector in vectors])
    matrix = csr_matrix((amounts, rows, ends), shape=(len(vectors), len(model.index)))
    machine = LinearSVC(C=cost, random_state=0, max_iter=5000, tol=_TOLERANCE)
    machine.fit(matrix, answers, sample_weight=worth[answers])
    if len(present) == 2:  # scikit-learn keeps one row for two labels: for the second of them
        weights[:, present] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1) / 2
        bias[present] = np.array([-machine.intercept_[0], machine.intercept_[0]]) / 2
    else:
        weights[:, present] = machine.coef_.T
        bias[present] = machine.intercept_
    return weights, bias


def _bayes(
    model: Linear,
    vectors: Sequence[Vector],
    answers: NDArray[np.intp],
    worth: NDArray[np.float64],
    smoothing: float,
) -> Floats:
    """Log gains of a multinomial naive Bayes, less each label's mass: ready to be added up."""
    counts = np.zeros(model.weights.shape, np.float32)
    for vector, answer in zip(vectors, answers.tolist(), strict=True):
        counts[vector.rows, answer] += vector.rarity * np.float32(worth[answer] / vector.length)
    gains = np.log((counts + smoothing) / smoothing)
    mass = np.log(counts.sum(axis=0) + smoothing * len(model.index))
    return np.asarray(gains - mass, np.float32)
