"""Words in a text: all of them, or the longest side by side, as a plain search would find them."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from nlp.scan import LongestTerms, Terms

LETTERS = "天地人水"
WORDS = st.dictionaries(st.text(LETTERS, min_size=1, max_size=4), st.integers(), max_size=9)
TEXTS = st.text(LETTERS + "x", max_size=20)


@given(words=WORDS, text=TEXTS)
def test_every_word_is_found_wherever_it_stands(words: dict[str, int], text: str) -> None:
    expected = [
        (meaning, at, at + len(word))
        for word, meaning in words.items()
        for at in range(len(text))
        if text.startswith(word, at)
    ]
    assert sorted(Terms(words).all(text)) == sorted(expected)


@given(words=WORDS, text=TEXTS)
def test_the_longest_side_by_side(words: dict[str, int], text: str) -> None:
    expected = []
    at = 0
    while at < len(text):
        longest = max((word for word in words if text.startswith(word, at)), key=len, default="")
        if longest:
            expected.append((words[longest], at, at + len(longest)))
        at += len(longest) or 1
    assert LongestTerms(words).all(text) == expected
