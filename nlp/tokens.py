"""Words of a Chinese text, by jieba with the community's own vocabulary.

jieba needs about a second and 70 MB (its import alone a quarter of a second), so it is loaded by
`warm`, in a thread at start-up, and no message waits for it: understanding does without it once it
is trained (nlp/vocabulary.py).
"""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import jieba

_FREQUENCY = 20_000  # high enough that jieba prefers the community's word to its pieces


class Tokens:
    """A segmenter with its own dictionary; safe for threads once it is warm."""

    def __init__(self, vocabulary: Iterable[str], cache: Path) -> None:
        self._vocabulary = frozenset(w for w in vocabulary if 2 <= len(w) <= 8 and w.isalnum())
        self._cache = cache
        self._segmenter: jieba.Tokenizer | None = None
        self._lock = Lock()

    def warm(self) -> None:
        """Load the dictionary now."""
        self._loaded()

    def words(self, text: str) -> list[str]:
        """The words of the text, without blanks and punctuation."""
        return [word for word in self._loaded().cut(text) if word.strip() and word[0].isalnum()]

    def surely(self, text: str) -> list[str]:
        """All of the text, without jieba's guesses at words it does not know: they would glue 灯坏
        into one."""
        return list(self._loaded().cut(text, HMM=False))

    def _loaded(self) -> jieba.Tokenizer:
        if self._segmenter is None:
            with self._lock:
                if self._segmenter is None:
                    self._segmenter = self._load()
        return self._segmenter

    def _load(self) -> jieba.Tokenizer:
        import jieba

        jieba.setLogLevel(logging.WARNING)
        segmenter = jieba.Tokenizer()
        segmenter.tmp_dir = str(self._cache)
        segmenter.initialize()
        for word in sorted(self._vocabulary):
            segmenter.add_word(word, _FREQUENCY)
        return segmenter


def usable_cache(folder: Path | None) -> Path:
    """The folder, made if need be; one that nobody else can write if there is none or it fails.

    jieba unmarshals what it finds there.
    """
    if folder is None:
        base = os.environ.get("XDG_CACHE_HOME", "")
        folder = (Path(base) if base else Path.home() / ".cache") / "huying"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        tempfile.TemporaryFile(dir=folder).close()
    except OSError:  # nothing there can be written: a fresh folder costs some seconds, no more
        return Path(tempfile.mkdtemp(prefix="huying-"))
    return folder
