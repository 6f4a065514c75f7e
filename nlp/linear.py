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

from nlp.bag import Bag, Bags, Floats, Index, Marks, Rows, Shared, numbered
from nlp.stored import Arrays, keep, kept, packed, unpacked

Example = tuple[Bag, str]  # features, label

MARGIN = 1.0  # by which a text that was corrected leads
_ENOUGH = 0.01  # of a margin that may be lacking: weights are whole numbers of steps
_LEAST = np.float32(1e-6)  # squared length: an empty stretch is divided by something, too
_STEPS = 20_000  # of the heaviest weight: what corrections add has room beyond it


@dataclass(frozen=True, slots=True)
class Vector:
    """The known features of a text."""

    rows: Rows  # where their weights are
    rarity: Floats
    length: float  # of all of them together


@dataclass(frozen=True, slots=True)
class Weighed:
    """Stretches of one text, a row each: their sums over features (in steps), and their squared
    lengths. Those of neighbours add up to those of both."""

    sums: Floats
    squares: Floats


@dataclass(frozen=True, slots=True)
class Found:
    """The features of several texts in a table of weights."""

    shared: Shared
    rarity: Floats
    weights: Floats  # features × labels, in steps

    def weigh(self, holds: Marks) -> Weighed:
        """The sums of stretches, by the features that each holds."""
        held: Floats = holds * self.rarity
        return Weighed(held @ self.weights, held @ self.rarity)


def in_steps(weights: Floats) -> tuple[NDArray[np.int16], np.float32]:
    """Weights as whole numbers of steps, and how large a step is."""
    step = np.float32(max(float(np.abs(weights).max(initial=0.0)), 1e-6) / _STEPS)
    return np.rint(weights / step).astype(np.int16), step


@dataclass(frozen=True)
class Linear:
    """Labels, and for every feature its rarity and its weight for each label. The last row of both
    is of features that are not known: they weigh nothing.

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
        rows = self.index.known(bag)
        rarity = self.rarity.take(rows)
        return Vector(rows, rarity, math.sqrt(float(rarity @ rarity)) or 1.0)

    def scores(self, bag: Bag) -> Floats:
        """A score for every label, in the order of `labels`."""
        vector = self.vector(bag)
        sums = vector.rarity @ self.weights.take(vector.rows, axis=0).astype(np.float32)
        found: Floats = sums * self.step / np.float32(vector.length) + self.bias
        return found

    def find(self, bags: Bags) -> Found:
        """The texts' features in the table."""
        shared = self.index.shared(bags)
        rows = np.array([*shared.columns], np.intp)
        weights = self.weights.take(rows, axis=0).astype(np.float32)
        return Found(shared, self.rarity.take(rows), weights)

    def settle(self, weighed: Weighed) -> Floats:
        """The scores of every stretch from its sums for the first labels."""
        lengths: Floats = np.sqrt(np.maximum(weighed.squares, _LEAST))
        units = self.step / lengths[:, None]
        found: Floats = weighed.sums * units + self.bias[: weighed.sums.shape[1]]
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
