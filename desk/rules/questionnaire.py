"""A questionnaire as one writes it: a title, then questions; options stand between slashes.

养老需求调查；最想要什么 理发/修家电/陪诊；还缺什么
"""

from __future__ import annotations

import re

_BETWEEN = re.compile(r"[;；\n]+")
_ASKED = re.compile(r"(?P<question>.*?)[\s?？:：]+(?P<options>\S+(?:\s*/\s*\S+)+)", re.DOTALL)

Question = tuple[str, tuple[str, ...]]


class NotAsked(ValueError):  # noqa: N818
    """No title, or no question."""


def read(text: str, most: int) -> tuple[str, tuple[Question, ...]]:
    """The title and the questions; a question has at most so many options."""
    pieces = [piece.strip() for piece in _BETWEEN.split(text) if piece.strip()]
    if len(pieces) < 2:
        raise NotAsked(text)
    return pieces[0], tuple(_question(piece, most) for piece in pieces[1:])


def _question(piece: str, most: int) -> Question:
    found = _ASKED.fullmatch(piece)
    if found is None or "/" not in piece:
        return piece, ()
    options = tuple(dict.fromkeys(o.strip() for o in found["options"].split("/") if o.strip()))
    if not 2 <= len(options) <= most:
        raise NotAsked(piece)
    return found["question"].strip(), options
