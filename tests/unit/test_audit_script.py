"""The dependency audit says what it knows, and what it could not look up."""

from __future__ import annotations

import json
import runpy
from collections.abc import Callable
from pathlib import Path

import pytest

SEEN = {"name": "flask", "version": "3.1.0", "vulns": []}
BAD = {"name": "flask", "version": "3.1.0", "vulns": [{"id": "CVE-2099-1"}]}
UNSEEN = {"name": "jieba", "skip_reason": "not found"}
Judge = Callable[[str], tuple[int, str]]


@pytest.fixture(scope="module")
def judged() -> Judge:
    found: Judge = runpy.run_path(str(Path(__file__).parents[2] / ".ci" / "audit.py"))["judged"]
    return found


@pytest.mark.parametrize(
    ("dependencies", "code", "word"),
    [
        ([SEEN], 0, "nothing known of 1 packages"),
        ([SEEN, UNSEEN], 0, "NOT looked up: jieba"),
        ([BAD, UNSEEN], 1, "flask 3.1.0: CVE-2099-1"),
        ([UNSEEN], 0, "SKIPPED"),
    ],
)
def test_what_is_known_fails_and_what_is_not_is_said(
    judged: Judge, dependencies: list[object], code: int, word: str
) -> None:
    exit_code, sentence = judged(json.dumps({"dependencies": dependencies, "fixes": []}))
    assert exit_code == code
    assert word in sentence


def test_without_the_network_it_says_that_it_did_nothing(judged: Judge) -> None:
    assert judged("")[0] == 0
    assert "SKIPPED" in judged("")[1]
