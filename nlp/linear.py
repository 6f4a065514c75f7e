"""A linear classifier over sparse features.

A text's scores are the sums of its features' weights, so however it was trained (nlp/linear_fit.py)
it costs one look-up, and several questions about one text cost one look-up together. Only NumPy is
needed to read with it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from nlp.stored import Arrays, keep, kept, packed, unpacked

Features = Mapping[str, None]
Example = tuple[Features, str]  # features, label
Floats = NDArray[np.float32]

MARGIN = 1.0  # by which a text that was corrected leads
_ENOUGH = 0.01  # of a margin that may be lacking: weights are kept in half precision


@dataclass(frozen=True, slots=True)
class Vector:
    """The known features of a text."""

    features: list[str]
    rows: NDArray[np.intp]  # where their weights are
    rarity: Floats
    length: np.float32  # of all of them together


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
    weights: NDArray[np.float16]  # features × labels; half precision: there are very many
    bias: Floats

    def vector(self, features: Iterable[str]) -> Vector:
        row_of = self.index.get
        found = {feature: row for feature in features if (row := row_of(feature)) is not None}
        rows = np.fromiter(found.values(), np.intp, len(found))
        rarity = self.rarity.take(rows)
        length = np.float32(math.sqrt(rarity @ rarity) or 1.0)
        return Vector(list(found), rows, rarity, length)

    def weighted(self, vector: Vector) -> Floats:
        """What every feature of a text adds to the sum for every label."""
        return self.weights.take(vector.rows, axis=0) * vector.rarity[:, None]

    def scores(self, features: Iterable[str]) -> Floats:
        """A score for every label, in the order of `labels`."""
        return self.scores_of(self.vector(features))

    def scores_of(self, vector: Vector) -> Floats:
        found: Floats = (vector.rarity / vector.length) @ self.weights.take(
            vector.rows, axis=0
        ).astype(np.float32) + self.bias
        return found

    def weigh(
        self, vector: Vector, weighted: Floats, stretches: Iterable[Iterable[str]]
    ) -> Weighed:
        """The sums of stretches of a text, given as their features: those of neighbours add up to
        those of both. `weighted` is what every feature of the text adds."""
        at_of = dict(zip(vector.features, range(len(vector.features)), strict=True)).get
        squares_of = vector.rarity * vector.rarity
        sums, squares = [], []
        for features in stretches:
            at = [place for place in map(at_of, features) if place is not None]
            sums.append(weighted.take(at, axis=0).sum(axis=0))
            squares.append(squares_of.take(at).sum())
        return Weighed(np.array(sums, np.float32), np.array(squares, np.float32))

    def settle(self, weighed: Weighed) -> Floats:
        """The scores of every stretch from its sums."""
        lengths: Floats = np.sqrt(np.maximum(weighed.squares, np.float32(1e-6)))
        found: Floats = weighed.sums / lengths[:, None] + self.bias
        return found

    def beside(self, other: Linear) -> Linear:
        """Both in one: they read a text by the same vector, so one look-up answers both."""
        return replace(
            self,
            labels=self.labels + other.labels,
            weights=np.hstack([self.weights, other.weights]),
            bias=np.hstack([self.bias, other.bias]),
        )

    def with_examples(self, examples: Iterable[Example], among: int) -> Linear:
        """The same knowledge, moved just enough to give each text its label by a clear margin over
        the others of the first `among` labels."""
        weights = self.weights.copy()
        moved = replace(self, weights=weights)
        for features, label in examples:
            column = self.labels.index(label)
            vector = moved.vector(features)
            scores = moved.scores_of(vector)
            rival = max((i for i in range(among) if i != column), key=scores.__getitem__)
            lacking = MARGIN - float(scores[column] - scores[rival])
            if lacking > _ENOUGH:
                step = np.float32(lacking / 2) / vector.length * vector.rarity
                weights[vector.rows, column] += step.astype(np.float16)
                weights[vector.rows, rival] -= step.astype(np.float16)
        return moved

    def save(self, path: Path) -> None:
        """Write it where a later start finds it; complete or not at all."""
        arrays: Arrays = {
            "labels": packed(self.labels),
            "features": packed(self.index),
            "rarity": self.rarity,
            "weights": self.weights,
            "bias": self.bias,
        }
        keep(path, arrays)

    @classmethod
    def load(cls, path: Path) -> Linear | None:
        """What `save` wrote, or None if there is nothing that can be read."""
        stored = kept(path, ("labels", "features", "rarity", "weights", "bias"))
        if stored is None:
            return None
        features = unpacked(stored["features"])
        return cls(
            tuple(unpacked(stored["labels"])),
            dict(zip(features, range(len(features)), strict=True)),
            stored["rarity"],
            stored["weights"],
            stored["bias"],
        )
