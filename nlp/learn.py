"""A classifier that a community trains on its own ledger, with its own labels.

`train` needs scikit-learn and loads it when called; a trained `Model` needs NumPy alone. Training
has no chance in it: the same rows in any order give the same model. A model on disk is a folder:

    model.json   format and version, labels with their numbers of examples, pairs of characters,
                 topics with their words, the curve of the confidence, the checksum of weights.npz
    weights.npz  weights (features × labels), biases, rarity; confidence and rightness of the
                 answers about texts not seen, from which a threshold is chosen (no pickled objects)

Neither holds a text of the ledger: pairs that stand in only one text are left out.
"""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from nlp.learn_features import Reader, Space, Topics

FORMAT, VERSION = "huying-learned", 1
FOLDS = 5
Row = tuple[str, str]  # text, label


class NothingToLearnError(ValueError):
    """Fewer than two labels have examples."""


class ModelUnreadableError(ValueError):
    """The folder holds no model, or one that was damaged or written by a newer version."""


class LearningNotInstalledError(RuntimeError):
    """scikit-learn or SciPy is missing: training needs both, classifying neither."""


class Answer(NamedTuple):
    label: str
    confidence: float  # how often such an answer is right


@dataclass(frozen=True)
class Model:
    examples: Mapping[str, int]  # label → texts it was learned from
    reader: Reader
    space: Space
    weights: NDArray[np.float32]
    biases: NDArray[np.float32]
    curve: tuple[float, float, float]  # slopes for the lead and the fit, intercept
    confidences: NDArray[np.float32]  # of the answers about texts not seen, falling
    right: NDArray[np.bool_]  # whether each of them was right

    @cached_property
    def labels(self) -> tuple[str, ...]:
        return tuple(self.examples)

    def classify(self, text: str) -> Answer:
        where, amounts = self.space.vector(self.reader.read(text))
        scores = amounts @ self.weights[where] + self.biases
        best = int(scores.argmax())
        chance = likelihood(leads(scores[np.newaxis, :]), self.curve)[0]
        return Answer(self.labels[best], round(float(chance), 4))

    def threshold(self, precision: float) -> float | None:
        """The lowest confidence from which answers were right this often; None if none was.

        Asks for a little more than was observed (one standard error), since a threshold that only
        just held on the ledger fails on fresh texts half the time.
        """
        if not len(self.right):
            return None
        taken = np.arange(1, len(self.right) + 1)
        share = np.cumsum(self.right) / taken
        enough = share - np.sqrt(np.maximum(share * (1 - share), 0.25 / taken) / taken) >= precision
        # Equal confidences stand or fall together: only the last of them may be the threshold.
        enough &= np.append(self.confidences[1:] < self.confidences[:-1], True)
        return round(float(self.confidences[enough][-1]), 4) if enough.any() else None

    def save(self, folder: Path) -> None:
        """Writes weights first and the description last, each whole or not at all."""
        folder.mkdir(parents=True, exist_ok=True)
        packed = io.BytesIO()
        np.savez_compressed(packed, **self._arrays())
        described = {
            "format": FORMAT,
            "version": VERSION,
            "examples": dict(self.examples),
            "topics": {topic: list(words) for topic, words in self.reader.topics.items()},
            "known_grams": list(self.space.grams),
            "known_topics": list(self.space.topics),
            "curve": list(self.curve),
            "weights_sha256": hashlib.sha256(packed.getvalue()).hexdigest(),
        }
        _replace(folder / "weights.npz", packed.getvalue())
        _replace(folder / "model.json", json.dumps(described, ensure_ascii=False).encode())

    def _arrays(self) -> dict[str, Any]:
        return {
            "weights": self.weights,
            "biases": self.biases,
            "rarity": self.space.rarity,
            "confidences": self.confidences,
            "right": self.right,
        }

    @classmethod
    def load(cls, folder: Path) -> Model:
        try:
            described = json.loads((folder / "model.json").read_bytes())
            packed = (folder / "weights.npz").read_bytes()
        except (OSError, ValueError) as error:
            raise ModelUnreadableError(f"no model in {folder}: {error}") from error
        _check(described, packed)
        try:
            with np.load(io.BytesIO(packed), allow_pickle=False) as arrays:
                model = cls._of(described, dict(arrays))
        except (KeyError, TypeError, ValueError, AttributeError, zipfile.BadZipFile) as error:
            raise ModelUnreadableError(f"damaged model in {folder}: {error}") from error
        shape = (len(model.space), len(model.examples))
        fits = model.weights.shape == shape and model.space.rarity.shape == shape[:1]
        if not fits or model.biases.shape != shape[1:] or len(model.examples) < 2:
            raise ModelUnreadableError(f"the parts of the model in {folder} do not fit")
        return model

    @classmethod
    def _of(cls, described: dict[str, Any], arrays: dict[str, Any]) -> Model:
        lead, fit, intercept = (float(value) for value in described["curve"])
        return cls(
            examples={str(label): int(n) for label, n in described["examples"].items()},
            reader=Reader({str(t): tuple(ws) for t, ws in described["topics"].items()}),
            space=Space(
                tuple(described["known_grams"]),
                tuple(described["known_topics"]),
                arrays["rarity"],
            ),
            weights=arrays["weights"],
            biases=arrays["biases"],
            curve=(lead, fit, intercept),
            confidences=arrays["confidences"],
            right=arrays["right"],
        )


def _check(described: object, packed: bytes) -> None:
    if not isinstance(described, dict) or described.get("format") != FORMAT:
        raise ModelUnreadableError("not a model of this program")
    if described.get("version") != VERSION:
        raise ModelUnreadableError(f"model version {described.get('version')}, not {VERSION}")
    if described.get("weights_sha256") != hashlib.sha256(packed).hexdigest():
        raise ModelUnreadableError("weights.npz does not belong to model.json")


def _replace(path: Path, content: bytes) -> None:
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(content)
    draft.replace(path)


def leads(scores: NDArray[Any]) -> NDArray[np.float64]:
    """For each text: how far the best label leads the second, and how well the best fits."""
    ordered = np.sort(np.asarray(scores, dtype=np.float64), axis=1)
    return np.column_stack((ordered[:, -1] - ordered[:, -2], ordered[:, -1]))


def likelihood(
    leads: NDArray[np.float64], curve: tuple[float, float, float]
) -> NDArray[np.float64]:
    lead, fit, intercept = curve
    raised = np.clip(leads @ np.array([lead, fit]) + intercept, -30.0, 30.0)
    return np.asarray(1 / (1 + np.exp(-raised)))


def usable(rows: Iterable[Row]) -> list[Row]:
    """Rows that have a text and a label, in an order that does not depend on theirs."""
    return sorted((t.strip(), a.strip()) for t, a in rows if t.strip() and a.strip())


def train(rows: Iterable[Row], topics: Topics | None = None, folds: int = FOLDS) -> Model:
    """Learns from (text, label) rows; those without text or label are passed over.

    `topics` is the table of data/content/lexicons/civic_topics.toml. The manner of learning is
    chosen, and the confidence fitted, on `folds` rounds over texts not seen; with fewer than 2 the
    first manner is taken and the confidence is only a formality.
    """
    try:
        from nlp import learn_fit
    except ImportError as error:
        raise LearningNotInstalledError(f"to learn, install scikit-learn: {error}") from error
    kept = usable(rows)
    counts = Counter(label for _, label in kept)
    if len(counts) < 2:
        raise NothingToLearnError(f"{len(counts)} label(s) with examples; at least two are needed")
    labels = sorted(counts)
    answers = np.array([labels.index(label) for _, label in kept], dtype=np.intp)
    reader = Reader({topic: tuple(words) for topic, words in (topics or {}).items()})
    readings = [reader.read(text) for text, _ in kept]
    manner = learn_fit.MANNERS[0]
    curve, unseen, right = (1.0, 0.0, 0.0), np.zeros(0), np.zeros(0, dtype=bool)
    if folds >= 2:
        fold = learn_fit.folds([text for text, _ in kept], answers, folds)
        tried = learn_fit.unseen_scores(readings, answers, len(labels), fold)
        rights = [scores.argmax(axis=1) == answers for scores in tried]
        best = max(range(len(tried)), key=lambda at: rights[at].sum())
        manner, scores, right = learn_fit.MANNERS[best], tried[best], rights[best]
        curve = learn_fit.curve(leads(scores), right)
        unseen = likelihood(leads(scores), curve).round(4)
    order = np.argsort(-unseen, kind="stable")
    space = Space.of(readings)
    features = learn_fit.matrix(space, readings)
    weights, biases = learn_fit.weights(features, answers, len(labels), manner)
    return Model(
        examples={label: counts[label] for label in labels},
        reader=reader,
        space=space,
        weights=weights,
        biases=biases,
        curve=curve,
        confidences=unseen[order].astype(np.float32),
        right=right[order],
    )
