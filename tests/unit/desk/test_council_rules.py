"""Deliberation's rules by every pair; money, quarters, and a quarterly duty."""

from __future__ import annotations

from datetime import UTC, datetime, time

import pytest

from desk.rules import deliberation, mediation, money, recurring
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.quarters import Quarter, quarter_of, read_quarter

ALL: frozenset[deliberation.Who] = frozenset(
    ("proposer", "chair", "reviewer", "owner", "system", "anyone")
)
TOPIC = """
proposed adopt adopted
proposed refuse refused
proposed withdraw withdrawn
adopted invite invited
adopted withdraw withdrawn
invited invite invited
invited convene meeting
invited withdraw withdrawn
meeting invite meeting
meeting convene meeting
meeting minute meeting
meeting vote voting
meeting resolve resolved
voting minute voting
voting carry resolved
voting miss meeting
resolved track tracking
resolved close closed
resolved again adopted
tracking track tracking
tracking done tracking
tracking close closed
tracking again adopted
closed again adopted
refused adopt adopted
"""
CASE = """
accepted party accepted
accepted mediate mediating
accepted withdraw withdrawn
mediating party mediating
mediating mediate mediating
mediating agree agreed
mediating withdraw withdrawn
agreed follow closed
agreed break mediating
"""
ONLY = {"people": "mediating hand_over accepted", "judicial": "mediating fail unsettled"}


def pairs(table: str) -> dict[tuple[str, str], str]:
    return {(a, b): to for a, b, to in (line.split() for line in table.split("\n") if line)}


@pytest.mark.parametrize("status", deliberation.STATUSES)
@pytest.mark.parametrize("action", deliberation.ACTIONS)
def test_each_pair_of_a_topic(status: deliberation.Status, action: deliberation.Action) -> None:
    wanted = pairs(TOPIC).get((status, action))
    if wanted is None:
        with pytest.raises(Forbidden) as caught:
            deliberation.step(status, action, ALL, "因为")
        assert caught.value.reason == "status"
    else:
        assert deliberation.step(status, action, ALL, "因为").to == wanted


def test_a_resident_proposes_and_nothing_else() -> None:
    able = {pair for pair, step in deliberation.TABLE.items() if step.who & {"anyone", "proposer"}}
    assert able == {("proposed", "withdraw")}


@pytest.mark.parametrize("status", mediation.STATUSES)
@pytest.mark.parametrize("action", mediation.ACTIONS)
@pytest.mark.parametrize("stage", ["people", "judicial"])
def test_each_pair_of_a_case(
    status: mediation.Status, action: mediation.Action, stage: mediation.Stage
) -> None:
    wanted = pairs(f"{CASE}{ONLY[stage]}").get((status, action))
    if wanted is None:
        with pytest.raises(Forbidden):
            mediation.step(status, stage, action, {"mediator"}, "因为")
    else:
        assert mediation.step(status, stage, action, {"mediator"}, "因为").to == wanted
        with pytest.raises(Forbidden) as caught:
            mediation.step(status, stage, action, {"party", "overseer"}, "因为")
        assert caught.value.reason == "person"


@pytest.mark.parametrize(
    ("text", "fen", "rest"),
    [
        ("认200元", 20_000, "认"),
        ("1.5万元 智能门禁", 1_500_000, "智能门禁"),
        ("智能门禁 12000元 泉馨苑", 1_200_000, "智能门禁 泉馨苑"),
        ("199.5块", 19_950, ""),
        ("0元", 0, ""),
        ("200", None, "200"),
        ("200户 0.5", None, "200户 0.5"),
    ],
)
def test_sums(text: str, fen: int | None, rest: str) -> None:
    assert money.amount(text) == (fen, rest)


def test_an_account() -> None:
    found = money.account([(20_000, 20_000), (10_000, 0)], [12_050])
    assert (found.pledged, found.received, found.spent, found.left) == (
        30_000, 20_000, 12_050, 7_950,
    )  # fmt: skip
    assert [money.yuan(fen) for fen in (7_950, 20_000, 5, -150)] == [
        "79.50",
        "200",
        "0.05",
        "-1.50",
    ]


def test_a_quarter_begins_and_ends_in_china() -> None:
    last = datetime(2026, 12, 31, 15, 59, tzinfo=UTC)
    assert quarter_of(last) == Quarter(2026, 4)
    assert quarter_of(datetime(2026, 12, 31, 16, 0, tzinfo=UTC)) == Quarter(2027, 1)
    assert Quarter(2026, 4).until == datetime(2027, 1, 1, tzinfo=LOCAL) == Quarter(2027, 1).since
    assert Quarter(2027, 1).before() == Quarter(2026, 4)
    assert [read_quarter(t) for t in ("2026Q4", "2026年第4季度", "四季度")] == [
        Quarter(2026, 4), Quarter(2026, 4), None,
    ]  # fmt: skip


def test_once_a_quarter() -> None:
    rule = recurring.quarterly(15, time(14, 30))
    now = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)
    first = recurring.first(rule, now)
    assert first == datetime(2026, 12, 15, 14, 30, tzinfo=LOCAL)
    second = recurring.following(rule, first)
    assert second == datetime(2027, 3, 15, 14, 30, tzinfo=LOCAL)
    with pytest.raises(recurring.BadRule):
        recurring.first("quarterly 31 14:30", now)
