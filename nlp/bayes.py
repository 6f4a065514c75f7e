"""A multinomial naive Bayes over weighted features, trained in a fraction of a second.

Chosen by measurement (docs/architecture.md): over character n-grams it equals logistic regression
and beats nearest-example search, it learns a correction by adding one example, and every answer
can be explained by the features that spoke for it.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

Example = tuple[Mapping[str, None], str]  # features, label


@dataclass(frozen=True)
class Bayes:
    """Labels, and for every feature the labels that know it with their counts."""

    labels: tuple[str, ...]
    smoothing: float
    rarity: Mapping[str, float]  # idf; features never seen in training are ignored
    counts: Mapping[str, Mapping[int, float]]
    gains: Mapping[str, tuple[tuple[int, float], ...]]  # log((count + s) / s), ready to add
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
        documents: dict[str, int] = defaultdict(int)
        for features, _ in examples:
            for feature in features:
                documents[feature] += 1
        total = len(examples) + 1
        rarity = {f: math.log(total / (n + 1)) + 1.0 for f, n in documents.items()}
        counts: dict[str, dict[int, float]] = {feature: {} for feature in documents}
        totals = [0.0] * len(names)
        for features, label in examples:
            worth = weights.get(label, 1.0) if weights else 1.0
            _add(counts, totals, number[label], _weights(features, rarity, worth))
        gains = {f: _gains(by_label, smoothing) for f, by_label in counts.items()}
        return cls(names, smoothing, rarity, counts, gains, tuple(totals))

    def scores(self, features: Iterable[str]) -> list[float]:
        """A log score for every label; comparable between labels of one text only."""
        rarity, gains = self.rarity, self.gains
        known = [(f, rarity[f]) for f in features if f in rarity]
        norm = math.sqrt(sum(w * w for _, w in known)) or 1.0
        mass = sum(w for _, w in known) / norm
        vocabulary = self.smoothing * len(rarity)
        scores = [-mass * math.log(t + vocabulary) for t in self.totals]
        for feature, weight in known:
            share = weight / norm
            for label, gain in gains[feature]:
                scores[label] += share * gain
        return scores

    def evidence(self, features: Iterable[str], label: str) -> list[tuple[str, float]]:
        """The features that speak for the label against the others, strongest first."""
        index = self.labels.index(label)
        speaking: list[tuple[str, float]] = []
        for feature in features:
            gains = dict(self.gains.get(feature, ()))
            if index in gains:
                lead = gains[index] - sum(gains.values()) / len(self.labels)
                speaking.append((feature, lead * self.rarity[feature]))
        return sorted(speaking, key=lambda item: -item[1])

    def with_example(self, features: Mapping[str, None], label: str, weight: float = 1.0) -> Bayes:
        """The same knowledge and one more example; this one stays as it is."""
        index = self.labels.index(label)
        unseen = math.log(len(self.rarity) + 1) + 1.0
        rarity = {**self.rarity, **{f: unseen for f in features if f not in self.rarity}}
        counts = dict(self.counts)
        for feature in features:
            counts[feature] = dict(counts.get(feature, {}))
        totals = list(self.totals)
        _add(counts, totals, index, _weights(features, rarity, weight))
        changed = {f: _gains(counts[f], self.smoothing) for f in features}
        return replace(
            self, rarity=rarity, counts=counts, gains={**self.gains, **changed},
            totals=tuple(totals),
        )  # fmt: skip


def _weights(
    features: Iterable[str], rarity: Mapping[str, float], worth: float
) -> dict[str, float]:
    raw = {f: rarity[f] for f in features}
    norm = math.sqrt(sum(w * w for w in raw.values())) or 1.0
    return {f: w * worth / norm for f, w in raw.items()}


def _add(
    counts: Mapping[str, Mapping[int, float]] | dict[str, dict[int, float]],
    totals: list[float],
    label: int,
    weights: Mapping[str, float],
) -> None:
    for feature, weight in weights.items():
        of_feature = counts[feature]
        assert isinstance(of_feature, dict)
        of_feature[label] = of_feature.get(label, 0.0) + weight
        totals[label] += weight


def _gains(by_label: Mapping[int, float], smoothing: float) -> tuple[tuple[int, float], ...]:
    return tuple((i, math.log((n + smoothing) / smoothing)) for i, n in by_label.items())


def shares(scores: Sequence[float], sharpness: float) -> list[float]:
    """Scores as probabilities."""
    top = max(scores)
    raw = [math.exp(sharpness * (s - top)) for s in scores]
    total = sum(raw)
    return [r / total for r in raw]
