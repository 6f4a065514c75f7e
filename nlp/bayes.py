"""A multinomial naive Bayes over weighted features, trained in a fraction of a second.

Chosen by measurement (docs/architecture.md): with characters, pairs and concepts as features it
does not lose to slower models, it learns a correction by adding one example, and every answer can
be explained by the features that spoke for it.

Scores are sums over features, so the sum of a text is the sum of its clauses: `weigh` the clauses
once, add, and `settle`. Features that many labels know are kept as full rows, because Python adds
rows (`map(sum, zip(...))`) far faster than it walks over pairs.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import chain

Example = tuple[Iterable[str], str]  # features, label
_ROW_FROM = 8  # labels from which a feature is kept as a row


@dataclass(frozen=True, slots=True)
class Weighed:
    """The sums over the features of a stretch of text."""

    gains: Sequence[float]
    mass: float  # of the weights
    square: float  # of the weights

    def __add__(self, other: Weighed) -> Weighed:
        gains = [a + b for a, b in zip(self.gains, other.gains, strict=True)]
        return Weighed(gains, self.mass + other.mass, self.square + other.square)


@dataclass(frozen=True)
class Bayes:
    """Labels, and for every feature the labels that know it with their weights."""

    labels: tuple[str, ...]
    smoothing: float
    rarity: Mapping[str, float]  # idf; features never seen in training are ignored
    counts: Mapping[str, Mapping[int, float]]
    rows: Mapping[str, tuple[float, ...]]  # rarity x log((count + s) / s), a feature's full row
    pairs: Mapping[str, tuple[tuple[int, float], ...]]  # the same where few labels know it
    totals: tuple[float, ...]

    @classmethod
    def train(
        cls,
        examples: Sequence[Example],
        labels: Iterable[str],
        smoothing: float = 0.05,
        weights: Mapping[str, float] | None = None,
    ) -> Bayes:
        """Learn from examples; `labels` fixes the order and keeps labels without examples.

        `weights` says how much an example of a label counts (default: one).
        """
        names = tuple(labels)
        number = {label: i for i, label in enumerate(names)}
        rarity = _rarity([features for features, _ in examples])
        counts: dict[str, dict[int, float]] = {feature: {} for feature in rarity}
        totals = [0.0] * len(names)
        for features, label in examples:
            worth = weights.get(label, 1.0) if weights else 1.0
            _count(counts, totals, number[label], _weights(features, rarity, worth))
        rows, pairs = _tables(counts, rarity, smoothing, len(names))
        return cls(names, smoothing, rarity, counts, rows, pairs, tuple(totals))

    def weigh(self, features: Iterable[str]) -> Weighed:
        """The sums over the features that are known."""
        known = [(f, w) for f in features if (w := self.rarity.get(f)) is not None]
        rows, pairs = self.rows, self.pairs
        full = [rows[f] for f, _ in known if f in rows]
        gains: list[float] = [0.0] * len(self.labels)
        if full:
            gains = [sum(column) for column in zip(*full, strict=True)]
        for feature, _ in known:
            for label, gain in pairs.get(feature, ()):
                gains[label] += gain
        return Weighed(gains, sum(w for _, w in known), sum(w * w for _, w in known))

    def settle(self, weighed: Weighed) -> list[float]:
        """A log score for every label; comparable between labels of one text only."""
        norm = math.sqrt(weighed.square) or 1.0
        mass = weighed.mass
        return [
            (gain - mass * size) / norm
            for gain, size in zip(weighed.gains, self._sizes, strict=True)
        ]

    @cached_property
    def _sizes(self) -> tuple[float, ...]:
        """The log of every label's mass: a label with many words is surprised by none."""
        vocabulary = self.smoothing * (len(self.rarity) or 1)
        return tuple(math.log(total + vocabulary) for total in self.totals)

    def scores(self, features: Iterable[str]) -> list[float]:
        return self.settle(self.weigh(features))

    def evidence(self, features: Iterable[str], label: str) -> list[str]:
        """The features that speak for the label against the others, strongest first."""
        index = self.labels.index(label)
        speaking: list[tuple[float, str]] = []
        for feature in features:
            by_label = self.counts.get(feature, {})
            if index in by_label:
                others = sum(by_label.values()) - by_label[index] + self.smoothing
                lead = math.log((by_label[index] + self.smoothing) / others)
                speaking.append((lead * self.rarity[feature], feature))
        return [feature for _, feature in sorted(speaking, reverse=True)]

    def with_example(self, features: Iterable[str], label: str, weight: float = 1.0) -> Bayes:
        """The same knowledge and one more example; this one stays as it is."""
        known = dict.fromkeys(features)
        unseen = max(self.rarity.values(), default=1.0)
        rarity = {**self.rarity, **{f: unseen for f in known if f not in self.rarity}}
        changed = {f: dict(self.counts.get(f, {})) for f in known}
        totals = list(self.totals)
        _count(changed, totals, self.labels.index(label), _weights(known, rarity, weight))
        rows, pairs = _tables(changed, rarity, self.smoothing, len(self.labels))
        return replace(
            self,
            rarity=rarity,
            counts={**self.counts, **changed},
            rows={**self.rows, **rows},
            pairs={**{f: p for f, p in self.pairs.items() if f not in rows}, **pairs},
            totals=tuple(totals),
        )


def _rarity(documents: Sequence[Iterable[str]]) -> dict[str, float]:
    """The idf of every feature."""
    frequency: dict[str, int] = {}
    for feature in chain.from_iterable(documents):
        frequency[feature] = frequency.get(feature, 0) + 1
    total = len(documents) + 1
    idf = {n: math.log(total / (n + 1)) + 1.0 for n in set(frequency.values())}
    return {feature: idf[n] for feature, n in frequency.items()}


def _weights(
    features: Iterable[str], rarity: Mapping[str, float], worth: float
) -> list[tuple[str, float]]:
    raw = [(f, rarity[f]) for f in features]
    scale = worth / (math.sqrt(sum(w * w for _, w in raw)) or 1.0)
    return [(f, w * scale) for f, w in raw]


def _count(
    counts: Mapping[str, dict[int, float]],
    totals: list[float],
    label: int,
    weights: Iterable[tuple[str, float]],
) -> None:
    for feature, weight in weights:
        of_feature = counts[feature]
        of_feature[label] = of_feature.get(label, 0.0) + weight
        totals[label] += weight


def _tables(
    counts: Mapping[str, Mapping[int, float]],
    rarity: Mapping[str, float],
    smoothing: float,
    labels: int,
) -> tuple[dict[str, tuple[float, ...]], dict[str, tuple[tuple[int, float], ...]]]:
    """The weights of every feature: full rows where many labels know it, pairs elsewhere."""
    rows: dict[str, tuple[float, ...]] = {}
    pairs: dict[str, tuple[tuple[int, float], ...]] = {}
    log, base = math.log, math.log(smoothing)
    for feature, by_label in counts.items():
        rare = rarity[feature]
        if len(by_label) >= _ROW_FROM:
            row = [0.0] * labels
            for label, count in by_label.items():
                row[label] = rare * (log(count + smoothing) - base)
            rows[feature] = tuple(row)
        else:
            pairs[feature] = tuple(
                (label, rare * (log(count + smoothing) - base)) for label, count in by_label.items()
            )
    return rows, pairs


def shares(scores: Sequence[float], sharpness: float) -> list[float]:
    """Scores as probabilities."""
    top = max(scores)
    raw = [math.exp(sharpness * (s - top)) for s in scores]
    total = sum(raw)
    return [r / total for r in raw]
