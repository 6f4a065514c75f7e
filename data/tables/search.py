"""Full-text search in Chinese: pairs of characters made here, found as phrases by the store.

Word segmentation misses what it cuts differently; every two neighbouring characters, asked for as a
phrase, find everything (measured). What goes in must have been masked: a search reveals
nothing that the page hides. The rows are the same on every store; how they are matched is not.
"""

from __future__ import annotations

import re
import unicodedata

from data.database import Tx

_MATCH = {
    "fts5": "id IN (SELECT rowid FROM issue_index WHERE issue_index MATCH :phrase)",
    "tsvector": "id IN (SELECT issue FROM issue_words"
    " WHERE to_tsvector('simple', words) @@ to_tsquery('simple', :phrase))",
}

_RUN = re.compile(r"(?P<han>[\u3400-\u9fff\uf900-\ufaff]+)|(?P<other>[a-z0-9]+)")


def put(tx: Tx, issue: int, text: str) -> None:
    """Add a text to what is known of an issue."""
    tx.run(
        "INSERT INTO issue_words (issue, words) VALUES (:issue, :words)"
        " ON CONFLICT (issue) DO UPDATE SET words = issue_words.words || ' x0x ' || excluded.words",
        issue=issue,
        words=" ".join(_tokens(text)),
    )


def forget(tx: Tx, issue: int) -> None:
    """Take an issue out of the index."""
    tx.run("DELETE FROM issue_words WHERE issue = :issue", issue=issue)


def condition(tx: Tx, query: str) -> tuple[str, str]:
    """What finds the issues that say something: a condition on `id`, and its value `phrase`.

    Each word is a phrase, and all of them are needed.
    """
    found = [each for word in query.split() if (each := _phrase(word))]
    if tx.full_text == "fts5":
        said = [f'"{" ".join(tokens)}"{"*" if opened else ""}' for tokens, opened in found]
        return _MATCH["fts5"], " AND ".join(said)
    said = [f"({' <-> '.join(tokens)}{':*' if opened else ''})" for tokens, opened in found]
    return _MATCH["tsvector"], " & ".join(said)


def says_something(query: str) -> bool:
    """Whether there is anything in a query that could be found."""
    return any(_phrase(word) for word in query.split())


def _phrase(word: str) -> tuple[list[str], bool] | None:
    """The tokens of a word, and whether the last is only the beginning of one.

    The last character of a phrase may be the first of a pair.
    """
    runs = list(_RUN.finditer(_plain(word)))
    if not runs:
        return None
    tokens = _tokens(word)
    han = runs[-1]["han"]
    if han is not None and len(han) > 1:
        return tokens[:-1], False
    return tokens, True


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).lower()


def _tokens(text: str) -> list[str]:
    """Pairs of neighbouring Chinese characters and the last one alone; other words whole."""
    found: list[str] = []
    for run in _RUN.finditer(_plain(text)):
        han = run["han"]
        found += [han[i : i + 2] for i in range(len(han))] if han else [run["other"]]
    return found
