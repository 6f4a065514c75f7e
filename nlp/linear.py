"""A linear classifier over sparse features: naive Bayes and a support vector machine in one matrix.

Both score a text by adding up weights of its features, so their blend is one matrix and costs one
look-up. Naive Bayes generalises from few examples, the machine separates what is close; together
they beat either (bench/RESULTS.md). Training needs scikit-learn, reading only NumPy.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

Example = tuple[Mapping[str, None], str]  # features, label
Floats = NDArray[np.float32]

RARE = 2  # a feature of fewer examples tells nothing about the next text
SMOOTHING = 0.05
FORMAT = 1


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
        *,
        bayes: float,
        cost: float = 1.0,
        worth: Mapping[str, float] | None = None,
    ) -> Linear:
        """Learn from examples. `labels` fixes the order and keeps labels without examples.

        `bayes` is the share of naive Bayes in the blend, `cost` the machine's penalty for an
        error, `worth` how much an example of a label counts for naive Bayes (default: one).
        """
        names = tuple(labels)
        documents = Counter(feature for features, _ in examples for feature in features)
        known = [feature for feature, count in documents.items() if count >= RARE]
        total = len(examples) + 1
        rarity = np.array([math.log(total / (documents[f] + 1)) + 1.0 for f in known], np.float32)
        empty = cls(
            names,
            {feature: row for row, feature in enumerate(known)},
            rarity,
            np.zeros((len(known), len(names)), np.float32),
            np.zeros(len(names), np.float32),
        )
        machine, bias = _machine(empty, examples, cost)
        weights = machine + bayes * _bayes(empty, examples, worth or {})
        return replace(empty, weights=weights.astype(np.float32), bias=bias)

    def vector(self, features: Iterable[str]) -> tuple[list[int], Floats]:
        """The known features' rows and their shares of the text."""
        index = self.index
        rows = [index[feature] for feature in features if feature in index]
        amounts = self.rarity[rows]
        length = math.sqrt(float(amounts @ amounts)) or 1.0
        return rows, amounts / np.float32(length)

    def scores(self, features: Iterable[str]) -> Floats:
        """A score for every label, in the order of `labels`."""
        rows, amounts = self.vector(features)
        found: Floats = amounts @ self.weights[rows] + self.bias
        return found

    def evidence(self, features: Iterable[str], label: str) -> list[tuple[str, float]]:
        """The features that speak for a label against the others, the strongest first."""
        column = self.labels.index(label)
        names = [feature for feature in features if feature in self.index]
        rows, amounts = self.vector(names)
        own = self.weights[rows]
        leads = (own[:, column] - own.mean(axis=1)) * amounts
        speaking = zip(names, map(float, leads), strict=True)
        return sorted((pair for pair in speaking if pair[1] > 0), key=lambda pair: -pair[1])

    def with_example(self, features: Mapping[str, None], label: str) -> Linear:
        """The same knowledge, moved just enough to give this text its label by a clear margin."""
        column = self.labels.index(label)
        rows, amounts = self.vector(features)
        scores = self.scores(features)
        rival = int(np.argsort(scores)[-1 if scores.argmax() != column else -2])
        lacking = 1.0 - float(scores[column] - scores[rival])
        if lacking <= 0 or not rows:
            return self
        step = np.float32(lacking / 2) * amounts
        weights = self.weights.copy()
        weights[rows, column] += step
        weights[rows, rival] -= step
        return replace(self, weights=weights)

    def save(self, path: Path) -> None:
        """Write it where a later start finds it; complete or not at all."""
        out = io.BytesIO()
        np.savez(
            out,
            format=np.array([FORMAT]),
            labels=np.array(self.labels),
            features=np.array("\n".join(self.index)),
            rarity=self.rarity,
            weights=self.weights.astype(np.float16),
            bias=self.bias,
        )
        path.parent.mkdir(parents=True, exist_ok=True)
        half = path.with_suffix(".half")
        half.write_bytes(out.getvalue())
        half.replace(path)

    @classmethod
    def load(cls, path: Path) -> Linear | None:
        """What `save` wrote, or None if there is nothing that can be read."""
        try:
            with np.load(path, allow_pickle=False) as stored:
                features = str(stored["features"]).split("\n")
                return cls(
                    tuple(map(str, stored["labels"])),
                    {feature: row for row, feature in enumerate(features)},
                    stored["rarity"],
                    stored["weights"].astype(np.float32),
                    stored["bias"],
                )
        except (OSError, ValueError, KeyError):
            return None


def _machine(model: Linear, examples: Sequence[Example], cost: float) -> tuple[Floats, Floats]:
    """Weights and biases of one support vector machine a label, each against all the others."""
    # Slow to import and large: only whoever trains pays for it.
    from scipy.sparse import csr_matrix
    from sklearn.svm import LinearSVC

    vectors = [model.vector(features) for features, _ in examples]
    ends = np.cumsum([0, *(len(rows) for rows, _ in vectors)])
    rows = np.concatenate([np.asarray(rows, np.intp) for rows, _ in vectors])
    amounts = np.concatenate([amounts for _, amounts in vectors])
    matrix = csr_matrix((amounts, rows, ends), shape=(len(examples), len(model.index)))
    answers = np.array([model.labels.index(label) for _, label in examples])
    machine = LinearSVC(C=cost, random_state=0, max_iter=5000)
    machine.fit(matrix, answers)
    weights = np.zeros_like(model.weights)
    bias = np.full(len(model.labels), -1.0, np.float32)
    weights[:, machine.classes_] = machine.coef_.T
    bias[machine.classes_] = machine.intercept_
    return weights, bias


def _bayes(model: Linear, examples: Sequence[Example], worth: Mapping[str, float]) -> Floats:
    """Log gains of a multinomial naive Bayes, less each label's mass: ready to be added up."""
    counts = np.zeros_like(model.weights)
    for features, label in examples:
        rows, amounts = model.vector(features)
        counts[rows, model.labels.index(label)] += amounts * np.float32(worth.get(label, 1.0))
    gains = np.log((counts + SMOOTHING) / SMOOTHING)
    mass = np.log(counts.sum(axis=0) + SMOOTHING * len(model.index))
    return np.asarray(gains - mass, np.float32)
