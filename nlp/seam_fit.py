"""Training of the seams: from texts whose stops are taken out."""

from __future__ import annotations

import re
from collections.abc import Sequence

import numpy as np

from nlp.bag import Floats, Rows
from nlp.clauses import ENDS
from nlp.seams import Seams, places, written

_STOPS = re.compile(rf"[{ENDS}]+")
_RARE = 3  # what is seen more seldom tells nothing
_COST = 1.0
_TOLERANCE = 0.01
_OFTEN = 0.3  # lets places pass that are a little less likely than not


def run_on(text: str) -> tuple[str, list[int]]:
    """The text without stops, and where they were."""
    pieces = [piece for piece in _STOPS.split(text) if piece]
    starts = np.cumsum([len(piece) for piece in pieces])[:-1].tolist()
    return "".join(pieces), starts


def fit_seams(texts: Sequence[str]) -> Seams:
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    seen: list[Rows] = []
    stops: list[bool] = []
    for text in texts:
        joined, starts = run_on(text)
        inner = np.fromiter(places(joined, 0, len(joined)), np.intp)
        if len(inner):
            seen.append(_around(joined, inner))
            stops += np.isin(inner, starts).tolist()
    if len(set(stops)) < 2:
        return Seams(np.zeros(0, np.uint32), np.zeros((1, 3), np.float32), _one(-1.0))
    # A column for each letter in each of its three roles.
    table = np.concatenate(seen)
    letters, column = np.unique(table[:, :, 0], return_inverse=True)
    column = column.reshape(table.shape[:2]) * 3 + table[:, :, 1].astype(np.intp)
    counts = np.bincount(column.ravel(), minlength=3 * len(letters))
    known = np.flatnonzero(counts >= _RARE)
    number = np.full(3 * len(letters), -1)
    number[known] = np.arange(len(known))
    flat = number[column]
    rows = np.repeat(np.arange(len(flat)), flat.shape[1])[flat.ravel() >= 0]
    at = flat.ravel()[flat.ravel() >= 0]
    signs = csr_matrix((np.ones(len(at)), (rows, at)), shape=(len(flat), len(known)))
    model = LogisticRegression(C=_COST, solver="liblinear", tol=_TOLERANCE)
    model.fit(signs, stops)
    weights = np.zeros(3 * len(letters), np.float32)
    weights[known] = model.coef_[0]
    by_letter = weights.reshape(-1, 3)
    used = by_letter.any(axis=1)
    return Seams(
        letters[used].astype(np.uint32),
        np.vstack((by_letter[used], np.zeros((1, 3), np.float32))),
        _one(model.intercept_[0] + _OFTEN),
    )


def _around(text: str, inner: Rows) -> Rows:
    """(letter, role) of what stands before, behind and across every place."""
    many = len(text)
    both = written(text)
    singles, pairs = both[:many], both[many:]
    roles = ((singles, -1, 0), (pairs, -2, 0), (singles, 0, 1), (pairs, 0, 1), (pairs, -1, 2))
    found = [np.stack((kind[inner + by], np.full_like(inner, role)), 1) for kind, by, role in roles]
    return np.stack(found, axis=1)


def _one(number: float) -> Floats:
    return np.array([number], np.float32)
