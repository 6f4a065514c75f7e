"""Common problems: the same thing at the same place together, everything else apart."""

from __future__ import annotations

import csv
import random
import time
import tomllib
from collections import Counter
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nlp.cluster import Item, cluster, same_problem
from nlp.cluster_features import Words
from nlp.cluster_link import average_link
from tests.unit.learn.common_problems import ALONE, GROUPS

ROOT = Path(__file__).resolve().parents[3]
LEXICONS = ROOT / "data" / "content" / "lexicons"
CIVIC = ROOT.parent / "shared" / "civic"
WORDS = Words.of(
    {
        name: tomllib.loads((LEXICONS / f"{name}.toml").read_text("utf-8"))
        for name in ("common_problems", "civic_topics")
    }
)
ITEMS = [
    Item(f"{group}{number}", text, f"2025-03-{number + 1:02}T08:00:00")
    for group, texts in (*GROUPS.items(), ("独", ALONE))
    for number, text in enumerate(texts)
]


def pairs(groups: dict[str, str]) -> set[frozenset[str]]:
    return {
        frozenset((one, other))
        for one, other in combinations(sorted(groups), 2)
        if groups[one] == groups[other]
    }


def test_finds_the_common_problems_of_a_small_district() -> None:
    expected = {i.id: i.id if i.id.startswith("独") else i.id.rstrip("0123456789") for i in ITEMS}
    found = cluster(ITEMS, WORDS)
    right = len(pairs(expected) & pairs(found))
    precision, recall = right / len(pairs(found)), right / len(pairs(expected))
    assert precision >= 0.9, found
    assert recall >= 0.7, found


def test_same_thing_at_another_place_is_another_problem() -> None:
    found = cluster(ITEMS, WORDS)
    assert found["枫林麻将馆0"] == found["枫林麻将馆1"]
    assert {found[f"枫林麻将馆{n}"] for n in range(3)}.isdisjoint(
        found[f"锦绣麻将馆{n}"] for n in range(3)
    )


def test_same_place_with_another_thing_is_another_problem() -> None:
    found = cluster(ITEMS, WORDS)
    assert {found[f"枫林麻将馆{n}"] for n in range(3)}.isdisjoint(
        found[f"枫林漏水{n}"] for n in range(3)
    )


def test_does_not_depend_on_the_order_of_the_messages() -> None:
    shuffled = random.Random(7).sample(ITEMS, len(ITEMS))
    assert cluster(shuffled, WORDS) == cluster(ITEMS, WORDS)


def test_a_cluster_is_called_after_its_earliest_message() -> None:
    text = "云锦家园东边那个混凝土搅拌站天天轰隆隆的,灰尘大得不敢开窗"
    items = [Item("a", text, "2025-02-02"), Item("b", text, "2025-01-01"), *ITEMS]
    found = cluster(items, WORDS)
    assert found["a"] == found["b"] == "b"


def test_traditional_and_full_width_copies_fall_together() -> None:
    copy = Item("copy", "楓林華庭５棟頂樓漏水兩年了,牆面發霉脫落,開發商不維修")
    found = cluster([*ITEMS, copy], WORDS)
    assert found["copy"] == found["枫林漏水0"]


def test_nothing_and_blanks() -> None:
    assert cluster([], WORDS) == {}
    assert cluster([Item("1", ""), Item("2", " ")], WORDS) == {"1": "1", "2": "2"}


@settings(max_examples=60, deadline=None)
@given(st.lists(st.text(max_size=80), max_size=12))
def test_every_message_gets_a_cluster_that_is_one_of_them(texts: list[str]) -> None:
    items = [Item(str(number), text) for number, text in enumerate(texts)]
    found = cluster(items, WORDS)
    assert found.keys() == {item.id for item in items}
    assert all(found[name] == name for name in found.values())


def test_works_without_word_lists() -> None:
    found = cluster(ITEMS, Words())
    assert found.keys() == {item.id for item in ITEMS}


def test_place_and_thing_are_both_asked_for() -> None:
    assert same_problem(0.5, 0.15, 0.7) > 0.5
    assert same_problem(0.5, 0.01, 0.05) < 0.05
    assert same_problem(0.0, 0.05, 0.7) < 0.1


def test_average_link_makes_no_chains() -> None:
    chain = {(0, 1): 0.9, (1, 2): 0.8, (2, 3): 0.9}
    assert average_link(4, chain, 0.5) == [0, 0, 2, 2]


def test_average_link_asks_more_of_single_messages_than_of_groups() -> None:
    assert average_link(2, {(0, 1): 0.4}, 0.2, 0.3) == [0, 1]
    group = {(0, 1): 0.9, (0, 2): 0.9, (1, 2): 0.9, (0, 3): 0.4, (1, 3): 0.4, (2, 3): 0.4}
    assert average_link(4, group, 0.2, 0.3) == [0, 0, 0, 0]


@given(st.dictionaries(
    st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda pair: pair[0] < pair[1]),
    st.floats(0.01, 1),
))  # fmt: skip
def test_average_link_joins_only_what_is_connected(likeness: dict[tuple[int, int], float]) -> None:
    found = average_link(8, likeness, 0.3)
    for item, root in enumerate(found):
        assert root <= item
        assert found[root] == root
        members = [other for other in range(8) if found[other] == root]
        linked = [pair for pair in likeness if pair[0] in members and pair[1] in members]
        assert len(linked) >= len(members) - 1


@pytest.mark.skipif(not (CIVIC / "messages4326.csv").exists(), reason="../shared/civic is absent")
def test_civic_messages_in_time_and_without_a_swallower() -> None:
    with (CIVIC / "messages4326.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    items = [Item(row["id"], f"{row['title']}。{row['text']}", row["time"]) for row in rows]
    start = time.process_time()
    found = cluster(items, WORDS)
    assert time.process_time() - start < 20
    mixing = {i.id for i in items if "丽发新城" in i.text and "搅拌" in i.text}
    sizes = Counter(found.values())
    main, inside = Counter(found[name] for name in mixing).most_common(1)[0]
    assert inside >= 0.9 * len(mixing)
    assert inside >= 0.9 * sizes[main]
    assert max(sizes.values()) < 80
