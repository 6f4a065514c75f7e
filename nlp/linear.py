"""A linear classifier over sparse features: naive Bayes and a support vector machine in one matrix.

Both score a text by adding up weights of its features, so their blend is one matrix and costs one
look-up. Naive Bayes generalises from few examples, the machine separates what is close; together
they beat either (bench/RESULTS.md). Training needs scikit-learn, reading only NumPy.
"""

from __future__ import annotations

import io
import math
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Features = Mapping[str, None]
Example = tuple[Features, str]  # features, label
Floats = NDArray[np.float32]
Vector = tuple[dict[str, int], Floats]  # the known features' rows, and their shares of the text

RARE = 3  # a feature of fewer examples tells nothing about the next text
SMOOTHING = 0.05
MARGIN = 1.0  # by which a text that was corrected leads


@dataclass(frozen=True)
class Blend:
    """How a classifier is trained."""

    bayes: float  # the share of naive Bayes
    cost: float = 1.0  # the machine's penalty for an error
    even: bool = False  # every label counts the same for naive Bayes, however many its examples


@dataclass(frozen=True, slots=True)
class Weighed:
    """Stretches of one text, a row each: their sums over features, and their squared lengths."""

    sums: Floats
    squares: Floats


@dataclass(frozen=True)
class Linear:
    """Labels, and for every feature its rarity and its weight for each label."""

    labels: tuple[str, ...]
    index: Mapping[str, int]
    rarity: Floats
    weights: Floats  # features × labels
    bias: Floats

    @classmethod
    def train(
        cls,
        examples: Sequence[Example],
        labels: Iterable[str],
        blend: Blend,
        beside: Sequence[Example] = (),
    ) -> Linear:
        """Learn from examples. `labels` fixes the order and keeps labels without examples.

        `beside` are texts of another classifier: trained with each other's, both read a text by
        the same vector.
        """
        names = tuple(labels)
        seen = chain(examples, beside)
        documents = Counter(feature for features, _ in seen for feature in features)
        known = sorted(feature for feature, count in documents.items() if count >= RARE)
        total = len(examples) + len(beside) + 1
        rarity = np.array([math.log(total / (documents[f] + 1)) + 1.0 for f in known], np.float32)
        empty = cls(
            names,
            {feature: row for row, feature in enumerate(known)},
            rarity,
            np.zeros((len(known), len(names)), np.float32),
            np.zeros(len(names), np.float32),
        )
        if not known:
            return empty
        machine, bias = _machine(empty, examples, blend.cost)
        weights = machine + blend.bayes * _bayes(empty, examples, blend.even)
        return replace(empty, weights=weights.astype(np.float32), bias=bias)

    def vector(self, features: Iterable[str]) -> Vector:
        row_of = self.index.get
        known = {feature: row for feature in features if (row := row_of(feature)) is not None}
        amounts = self.rarity[list(known.values())]
        length = math.sqrt(float(amounts @ amounts)) or 1.0
        return known, amounts / np.float32(length)

    def scores(self, features: Iterable[str]) -> Floats:
        """A score for every label, in the order of `labels`."""
        return self.scores_of(self.vector(features))

    def scores_of(self, vector: Vector) -> Floats:
        known, amounts = vector
        found: Floats = amounts @ self.weights[list(known.values())] + self.bias
        return found

    def weigh(self, stretches: Iterable[Iterable[str]]) -> Weighed:
        """The sums of stretches of one text: those of neighbours add up to those of both."""
        sums, squares = [], []
        row_of = self.index.get
        for features in stretches:
            rows = [row for feature in features if (row := row_of(feature)) is not None]
            amounts = self.rarity[rows]
            sums.append(amounts @ self.weights[rows])
            squares.append(amounts @ amounts)
        return Weighed(np.array(sums, np.float32), np.array(squares, np.float32))

    def settle(self, weighed: Weighed) -> Floats:
        """The scores of every stretch from its sums."""
        lengths: Floats = np.sqrt(np.maximum(weighed.squares, np.float32(1e-6)))
        found: Floats = weighed.sums / lengths[:, None] + self.bias
        return found

    def leads(self, vector: Vector, label: str) -> dict[str, float]:
        """How much each feature of a text speaks for a label rather than the others."""
        rows = list(vector[0].values())
        own = self.weights[rows, self.labels.index(label)] - self._middle[rows]
        return dict(zip(vector[0], (own * vector[1]).tolist(), strict=True))

    @cached_property
    def _middle(self) -> Floats:
        """The mean weight of every feature."""
        found: Floats = self.weights.mean(axis=1)
        return found

    def with_examples(self, examples: Iterable[Example]) -> Linear:
        """The same knowledge, moved just enough to give each text its label by a clear margin."""
        weights = self.weights.copy()
        moved = replace(self, weights=weights)
        for features, label in examples:
            column = self.labels.index(label)
            known, amounts = moved.vector(features)
            rows = list(known.values())
            scores = moved.scores(features)
            rival = max((i for i in range(len(scores)) if i != column), key=scores.__getitem__)
            lacking = MARGIN - float(scores[column] - scores[rival])
            if lacking > 0 and rows:
                step = np.float32(lacking / 2) * amounts
                weights[rows, column] += step
                weights[rows, rival] -= step
        return moved

    def save(self, path: Path) -> None:
        """Write it where a later start finds it; complete or not at all."""
        out = io.BytesIO()
        np.savez(
            out,
            labels=np.array(self.labels),
            features=np.frombuffer("\n".join(self.index).encode(), np.uint8),
            rarity=self.rarity,
            weights=self.weights,
            bias=self.bias,
        )
        half = path.with_suffix(".half")
        half.write_bytes(out.getvalue())
        half.replace(path)

    @classmethod
    def load(cls, path: Path) -> Linear | None:
        """What `save` wrote, or None if there is nothing that can be read."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                features = stored["features"].tobytes().decode().split("\n")
                return cls(
                    tuple(map(str, stored["labels"])),
                    {feature: row for row, feature in enumerate(features) if feature},
                    stored["rarity"],
                    stored["weights"],
                    stored["bias"],
                )
        except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
            return None


def _machine(model: Linear, examples: Sequence[Example], cost: float) -> tuple[Floats, Floats]:
    """Weights and biases of one support vector machine a label, each against all the others."""
    # Slow to import and large: only whoever trains pays for it.
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    weights = np.zeros_like(model.weights)
    bias = np.full(len(model.labels), -1.0, np.float32)
    answers = np.array([model.labels.index(label) for _, label in examples])
    present = np.unique(answers)
    if len(present) < 2:  # nothing to separate
        return weights, bias
    vectors = [model.vector(features) for features, _ in examples]
    ends = np.cumsum([0, *(len(known) for known, _ in vectors)])
    rows = np.concatenate([np.fromiter(known.values(), np.intp) for known, _ in vectors])
    amounts = np.concatenate([amounts for _, amounts in vectors])
    matrix = csr_matrix((amounts, rows, ends), shape=(len(examples), len(model.index)))
    machine = LinearSVC(C=cost, random_state=0, max_iter=5000)
    machine.fit(matrix, answers)
    if len(present) == 2:  # scikit-learn keeps one row for two labels: for the second of them
        weights[:, present] = np.stack([-machine.coef_[0], machine.coef_[0]], axis=1) / 2
        bias[present] = np.array([-machine.intercept_[0], machine.intercept_[0]]) / 2
    else:
        weights[:, present] = machine.coef_.T
        bias[present] = machine.intercept_
    return weights, bias


def _bayes(model: Linear, examples: Sequence[Example], even: bool) -> Floats:
    """Log gains of a multinomial naive Bayes, less each label's mass: ready to be added up."""
    found = Counter(label for _, label in examples)
    mean = len(examples) / len(found)
    counts = np.zeros_like(model.weights)
    for features, label in examples:
        known, amounts = model.vector(features)
        rows = list(known.values())
        worth = math.sqrt(mean / found[label]) if even else 1.0
        counts[rows, model.labels.index(label)] += amounts * np.float32(worth)
    gains = np.log((counts + SMOOTHING) / SMOOTHING)
    mass = np.log(counts.sum(axis=0) + SMOOTHING * len(model.index))
    return np.asarray(gains - mass, np.float32)
