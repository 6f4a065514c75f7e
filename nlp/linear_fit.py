"""Training of linear classifiers: naive Bayes and a support vector machine in one matrix.

Both score a text by adding up weights of its features, so their blend is one matrix. Naive Bayes
generalises from few examples, the machine separates what is close; together they beat either
(bench/RESULTS.md). A feature of a single example counts too: another author's words are rare ones.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from nlp.bag import Floats, index
from nlp.linear import Example, Linear, Vector, in_steps

_TOLERANCE = 0.01  # a finer solution is no better on other texts and takes three times as long


@dataclass(frozen=True)
class Blend:
    """How a classifier is trained."""

    bayes: float  # the share of naive Bayes
    smoothing: float = 0.02  # of its counts
    cost: float = 1.0  # the machine's penalty for an error
    even: bool = False  # labels of many examples weigh less, by the root of how many


@dataclass(frozen=True)
class Question:
    """Something to be learned about texts: the answers in order, and texts whose answer is known.

    Answers without examples are kept.
    """

    labels: tuple[str, ...]
    examples: Sequence[Example]
    blend: Blend


def fit(*questions: Question) -> Linear:
    """Learn to answer all of the questions by one look-up."""
    seen = [bag for question in questions for bag, _ in question.examples]
    found, counts = index(seen)
    rarity = np.log((len(seen) + 1) / (counts + 1)) + 1.0
    empty = Linear(
        tuple(label for question in questions for label in question.labels),
        found,
        rarity.astype(np.float32),
        np.zeros((len(found), 0), np.int16),
        np.float32(1.0),
        np.zeros(0, np.float32),
    )
    answers = [_answer(empty, question) for question in questions]
    weights, step = in_steps(np.hstack([weights for weights, _ in answers]))
    return replace(
        empty,
        rarity=np.append(empty.rarity, np.float32(0)),
        weights=np.pad(weights, ((0, 1), (0, 0))),
        step=step,
        bias=np.hstack([bias for _, bias in answers]),
    )


def _answer(model: Linear, question: Question) -> tuple[Floats, Floats]:
    """The weights and biases of a question's answers."""
    labels, blend = question.labels, question.blend
    shape = len(model.index), len(labels)
    if not question.examples:
        return np.zeros(shape, np.float32), np.zeros(len(labels), np.float32)
    vectors = [model.vector(bag) for bag, _ in question.examples]
    number = {label: at for at, label in enumerate(labels)}
    answers = np.array([number[label] for _, label in question.examples])
    found = np.bincount(answers, minlength=len(labels))
    mean = len(answers) / np.count_nonzero(found)
    worth = np.sqrt(mean / np.maximum(found, 1)) if blend.even else np.ones(len(labels))
    machine, bias = _machine(shape, vectors, answers, worth, blend.cost)
    bayes = _bayes(shape, vectors, answers, worth, blend.smoothing)
    return machine + np.float32(blend.bayes) * bayes, bias


def _machine(
    shape: tuple[int, int],
    vectors: Sequence[Vector],
    answers: NDArray[np.intp],
    worth: NDArray[np.float64],
    cost: float,
) -> tuple[Floats, Floats]:
    """Weights and biases of one support vector machine a label, each against all the others."""
    # Slow to import and large: only whoever trains pays for it.
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    weights = np.zeros(shape, np.float32)
    bias = np.full(shape[1], -1.0, np.float32)
    present = np.unique(answers)
    if len(present) < 2:  # nothing to separate
        return weights, bias
    ends = np.cumsum([0, *(len(vector.rows) for vector in vectors)])
    rows = np.concatenate([vector.rows for vector in vectors])
    amounts = np.concatenate([vector.rarity / vector.length for vector in vectors])
    matrix = csr_matrix((amounts, rows, ends), shape=(len(vectors), shape[0]))
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
    shape: tuple[int, int],
    vectors: Sequence[Vector],
    answers: NDArray[np.intp],
    worth: NDArray[np.float64],
    smoothing: float,
) -> Floats:
    """Log gains of a multinomial naive Bayes, less each label's mass: ready to be added up."""
    counts = np.zeros(shape, np.float32)
    for vector, answer in zip(vectors, answers.tolist(), strict=True):
        counts[vector.rows, answer] += vector.rarity * np.float32(worth[answer] / vector.length)
    gains = np.log((counts + smoothing) / smoothing)
    mass = np.log(counts.sum(axis=0) + smoothing * shape[0])
    return np.asarray(gains - mass, np.float32)
