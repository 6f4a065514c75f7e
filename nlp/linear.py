"""A linear classifier over sparse features.

A text's scores are the sums of its features' weights, so however it was trained (nlp/linear_fit.py)
it costs one look-up, and several questions about one text cost one look-up together. Only NumPy is
needed to read with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.bag import Bag, Floats, Index, Rows, numbered
from nlp.stored import Arrays, keep, kept, packed, unpacked

Example = tuple[Bag, str]  # features, label

MARGIN = 1.0  # by which a text that was corrected leads
_ENOUGH = 0.01  # of a margin that may be lacking: weights are whole numbers of steps
_STEPS = 20_000  # of the heaviest weight: what corrections add has room beyond it


@dataclass(frozen=True, slots=True)
class Vector:
    """The known features of a text."""

    rows: Rows  # where their weights are
    rarity: Floats
    square: float  # of the length of all of them together

    @property
    def length(self) -> float:
        return math.sqrt(self.square) or 1.0


@dataclass(frozen=True, slots=True)
class Weighed:
    """Stretches of one text, a row each: their sums over features, and their squared lengths.
    Those of neighbours add up to those of both."""

    sums: Floats
    squares: Floats


def weigh(holds: Floats, vector: Vector, weighted: Floats) -> Weighed:
    """The sums of stretches of a text: `holds` tells which features of the text each holds,
    `weighted` what every feature adds to the sum for every label."""
    return Weighed(holds @ weighted, holds @ (vector.rarity * vector.rarity))


def in_steps(weights: Floats) -> tuple[NDArray[np.int16], np.float32]:
    """Weights as whole numbers of steps, and how large a step is."""
    step = np.float32(max(float(np.abs(weights).max(initial=0.0)), 1e-6) / _STEPS)
    return np.rint(weights / step).astype(np.int16), step


@dataclass(frozen=True)
class Linear:
    """Labels, and for every feature its rarity and its weight for each label.

    There are very many weights, so each is kept as a whole number of steps: half the memory, and
    made a fraction again much faster than a number of half precision.
    """

    labels: tuple[str, ...]
    index: Index
    rarity: Floats
    weights: NDArray[np.int16]  # features × labels, in steps
    step: np.float32
    bias: Floats

    def vector(self, bag: Bag) -> Vector:
        return self.vector_of(self.index.known(bag))

    def vector_of(self, rows: Rows) -> Vector:
        rarity = self.rarity.take(rows)
        return Vector(rows, rarity, float(rarity @ rarity))

    def weighted(self, vector: Vector) -> Floats:
        """What every feature of a text adds to the sum for every label."""
        return self.weights.take(vector.rows, axis=0) * (vector.rarity * self.step)[:, None]

    def scores(self, bag: Bag) -> Floats:
        """A score for every label, in the order of `labels`."""
        vector = self.vector(bag)
        found: Floats = self.weighted(vector).sum(axis=0) / np.float32(vector.length) + self.bias
        return found

    def settle(self, weighed: Weighed) -> Floats:
        """The scores of every stretch from its sums for the first labels."""
        lengths: Floats = np.sqrt(np.maximum(weighed.squares, np.float32(1e-6)))
        found: Floats = weighed.sums / lengths[:, None] + self.bias[: weighed.sums.shape[1]]
        return found

    def with_examples(self, examples: Iterable[Example], among: int) -> Linear:
        """The same knowledge, moved just enough to give each text its label by a clear margin over
        the others of the first `among` labels."""
        weights = self.weights.copy()
        moved = replace(self, weights=weights)
        for bag, label in examples:
            column = self.labels.index(label)
            vector = moved.vector(bag)
            scores = moved.scores(bag)
            rival = max((i for i in range(among) if i != column), key=scores.__getitem__)
            lacking = MARGIN - float(scores[column] - scores[rival])
            if lacking > _ENOUGH:
                move = vector.rarity * np.float32(lacking / 2 / vector.length) / self.step
                steps = np.rint(move).astype(np.int16)
                weights[vector.rows, column] += steps
                weights[vector.rows, rival] -= steps
        return moved

    def save(self, path: Path) -> None:
        """Write it where a later start finds it; complete or not at all."""
        arrays: Arrays = {
            "labels": packed(self.labels),
            "letters": self.index.letters,
            "names": packed(self.index.names),
            "rarity": self.rarity,
            "weights": self.weights,
            "step": np.array([self.step], np.float32),
            "bias": self.bias,
        }
        keep(path, arrays)

    @classmethod
    def load(cls, path: Path) -> Linear | None:
        """What `save` wrote, or None if there is nothing that can be read."""
        stored = kept(path, ("labels", "letters", "names", "rarity", "weights", "step", "bias"))
        if stored is None:
            return None
        letters = stored["letters"]
        return cls(
            tuple(unpacked(stored["labels"])),
            Index(letters, numbered(unpacked(stored["names"]), len(letters))),
            stored["rarity"],
            stored["weights"],
            stored["step"][0],
            stored["bias"],
        )
