"""Trained once, read ever after: what is in the cache answers as what was trained."""

from __future__ import annotations

import subprocess
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from bench.knowledge import ROOT
from nlp import Understander
from nlp.bag import UNKNOWN, Bag, index, letters, spelt
from nlp.features import Features
from nlp.linear_fit import Blend, Question, fit
from nlp.stored import packed
from nlp.training import _KEPT, models
from nlp.values import CategoryWords, Knowledge

KNOWLEDGE = Knowledge(
    categories=(
        CategoryWords("repair.light", "维修", "楼道灯", "U2", (), ("楼道灯坏了", "楼道灯不亮")),
        CategoryWords("utility.water", "水", "停水", "U1", (), ("停水了", "家里停水没水用")),
    ),
    sayings=(
        ("chatter", "早上好"),
        ("chatter", "早上好啊"),
        ("thanks", "谢谢"),
        ("thanks", "谢谢你"),
    ),
    alarms=(("U0", "着火了快来"), ("U0", "着火了救命"), ("no", "没着火"), ("no", "火锅")),
)
TEXTS = ("楼道灯又坏了", "停水了吗", "早上好", "")


def test_the_cache_answers_as_the_training(tmp_path: Path) -> None:
    fresh = Understander(KNOWLEDGE, tmp_path)
    cached = Understander(KNOWLEDGE, tmp_path)
    assert [cached.understand(text) for text in TEXTS] == [fresh.understand(t) for t in TEXTS]


def test_reading_the_cache_imports_no_training_code(tmp_path: Path) -> None:
    program = (
        "import sys; from pathlib import Path; from tests.unit.nlp.test_cache import KNOWLEDGE;"
        "from nlp import Understander; Understander(KNOWLEDGE, Path(sys.argv[1]));"
        "print('sklearn' in sys.modules, 'pypinyin' in sys.modules, 'jieba' in sys.modules)"
    )
    runs = [
        subprocess.run(
            [sys.executable, "-c", program, str(tmp_path)],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split()
        for _ in range(2)
    ]  # fmt: skip
    assert runs == [["True"] * 3, ["False"] * 3]


def test_other_texts_train_anew_and_old_caches_go(tmp_path: Path) -> None:
    for number in range(_KEPT + 2):
        models(Knowledge(KNOWLEDGE.categories, sayings=(("chatter", f"早上好{number}"),)), tmp_path)
    assert len(list(tmp_path.glob("understanding-*"))) == _KEPT


@pytest.mark.parametrize("damage", [b"", b"not an archive", b"PK\x03\x04 cut off"])
def test_a_damaged_cache_is_trained_again(tmp_path: Path, damage: bytes) -> None:
    models(KNOWLEDGE, tmp_path)
    (stored,) = tmp_path.glob("*/words.npz")
    stored.write_bytes(damage)
    labels = models(KNOWLEDGE, tmp_path).words.labels
    assert labels[:2] == ("repair.light", "utility.water")


def test_a_correction_moves_just_enough() -> None:
    features = Features({})
    examples = [(features("灯坏"), "a"), (features("水停"), "b")] * 3
    linear = fit(Question(("a", "b"), examples, Blend(bayes=0.3)))
    text = features("灯停")
    moved = linear.with_examples([(text, "b")], among=2)
    a, b = moved.scores(text)
    assert b > a
    assert (linear.scores(text) == linear.scores(text)).all()
    assert moved.with_examples([(text, "b")], among=2).scores(text) == pytest.approx(
        moved.scores(text)
    )


@pytest.mark.parametrize("text", ["", "坏", "楼道灯坏坏坏了", "3号楼A座?"])
def test_a_feature_is_what_is_written(text: str) -> None:
    framed = f" {text} "
    pairs = [(ord(first) << 16) + ord(second) for first, second in pairwise(framed)]
    assert spelt(framed).tolist() == [*map(ord, framed), *pairs]
    assert letters(text).tolist() == sorted({*map(ord, framed), *pairs} - {ord(" ")})


def test_only_what_is_known_is_found() -> None:
    known, counts = index([Bag(letters("灯坏"), ("#灯",)), Bag(letters("灯"))])
    rows = known.known(Bag(letters("灯亮"), ("#灯", "#亮")))
    assert counts[rows].tolist() == [2, 2, 1]


def test_texts_side_by_side_have_the_features_of_each() -> None:
    """What a message is read with is what its clauses are read with, and what was trained with."""
    features = Features({"光": ["灯", "亮"], "水": ["水管"]})
    clauses = ["楼道灯坏了?", "水馆漏,", "…", "3.5块", "灯"]
    known, _ = index([features(text) for text in (*clauses, "另一句")])
    shared = known.shared(features.of_each(clauses))
    rows = np.array([*shared.columns])
    assert {*rows[rows != UNKNOWN].tolist()} == {*known.known(features(" ".join(clauses))).tolist()}
    together, *apart = shared.holds
    assert together.all()
    for clause, holds in zip(clauses, apart, strict=True):
        own = known.known(features(clause)).tolist() if clause != "…" else []
        assert {*rows[holds > 0].tolist()} - {UNKNOWN} == {*own}


def test_what_is_not_known_weighs_nothing() -> None:
    features = Features({"光": ["灯"]})
    examples = [(features(text), text[0]) for text in ("灯坏", "灯不亮", "水停", "水漏")]
    linear = fit(Question(("灯", "水"), examples, Blend(bayes=0.3)))
    for text in ("灯灭", "猫", ""):
        found = linear.find(features.of_each([text]))
        weighed = found.weigh(found.shared.holds)
        scores = linear.settle(weighed)[0]
        assert scores == pytest.approx(linear.scores(features(text)), abs=1e-5)


def test_words_with_a_line_break_are_not_kept() -> None:
    with pytest.raises(ValueError, match="line break"):
        packed(["a", "\n", "b"])
