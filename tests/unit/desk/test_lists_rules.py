"""Stages, slots, likeness, times and dates: rules that need no store."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import dates, fields, times
from desk.rules import alike, slots, stages
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.rules.slots import Slot

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in China
EVERYTHING: Sequence[stages.Needs] = ("lead", "due", "parties_agreed", "parties_accepted")

# -- stages: who may take each step, said once more by hand ------------------------------------

FORWARD = {
    ("approved", "started"): ("lead", False),
    ("started", "running"): ("lead", True),
    ("running", "effective"): ("lead", True),
    ("effective", "assessed"): ("reviewer", True),
    ("assessed", "spread"): ("reviewer", True),
}
BACK = {
    ("started", "approved"): ("reviewer", True),
    ("running", "started"): ("lead", True),
    ("effective", "running"): ("lead", True),
    ("assessed", "running"): ("reviewer", True),
}


@pytest.mark.parametrize("pair", list(product(stages.STAGES, repeat=2)), ids="-".join)
def test_each_pair_of_stages_is_allowed_or_forbidden(
    pair: tuple[stages.Stage, stages.Stage],
) -> None:
    at, to = pair
    rule = (FORWARD | BACK).get(pair)

    def refusal(who: stages.Who | None, note: str, known: Sequence[stages.Needs]) -> str | None:
        try:
            stages.step(at, to, "open", frozenset((who,)) if who else frozenset(), note, known)
        except Forbidden as forbidden:
            return forbidden.reason
        return None

    if rule is None:
        assert refusal("reviewer", "好", EVERYTHING) == "status"
        return
    least, needs_note = rule
    assert refusal("reviewer", "好", EVERYTHING) is None
    assert refusal("lead", "好", EVERYTHING) == (None if least == "lead" else "person")
    assert refusal(None, "好", EVERYTHING) == "person"
    assert refusal("reviewer", " ", EVERYTHING) == ("note" if needs_note else None)


@pytest.mark.parametrize("lacking", ["lead", "due", "parties_agreed"])
def test_nothing_begins_before_all_is_known(lacking: stages.Needs) -> None:
    known = [name for name in EVERYTHING if name != lacking]
    with pytest.raises(Forbidden) as refused:
        stages.step("approved", "started", "open", frozenset(("lead",)), "", known)
    assert refused.value.reason == "note"


def test_what_was_stopped_goes_nowhere_and_what_passed_is_done() -> None:
    for at, to in stages.TABLE:
        with pytest.raises(Forbidden):
            stages.step(at, to, "stopped", frozenset(("reviewer",)), "好", EVERYTHING)
    states = [stages.state_at(stage) for stage in stages.STAGES]
    assert states == ["open", "open", "open", "open", "done", "done"]
    assert [stages.back_from(stage) for stage in stages.STAGES] == [
        None, "approved", "started", "running", "running", None,
    ]  # fmt: skip
    assert stages.next_after("spread") is None


# -- times of the week -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("周三下午", [(3, 14, 0)]),
        ("每周四下午3点", [(4, 15, 0)]),
        ("星期天晚上7点半", [(7, 19, 30)]),
        ("周五15:20", [(5, 15, 20)]),
        ("周末上午", [(6, 9, 0), (7, 9, 0)]),
        ("工作日晚上", [(day, 19, 0) for day in range(1, 6)]),
        ("周二", [(2, 9, 0), (2, 14, 0)]),
        ("随时", []),
        ("周", []),
    ],
)
def test_times_as_people_say_them(said: str, expected: list[tuple[int, int, int]]) -> None:
    assert [(s.day, s.at.hour, s.at.minute) for s in times.slots((said,))] == expected


def test_times_are_taken_out_of_a_sentence() -> None:
    said = "上门理发 周二上午、周五上午 每周5人"
    assert times.read(said) == ("周二上午", "周五上午")
    assert "周" not in times.without(said).replace("每周5人", "")


week = st.builds(Slot, st.integers(1, 7), st.times().map(lambda t: t.replace(second=0, fold=0)))


@given(own=st.lists(week, min_size=1, max_size=4, unique=True), days=st.integers(1, 28))
def test_what_comes_next_is_ahead_in_order_and_on_its_day(own: list[Slot], days: int) -> None:
    found = slots.upcoming(own, MONDAY, days)
    assert found == sorted(found)
    assert all(MONDAY < at <= MONDAY + timedelta(days=days) for at in found)
    hours = {(slot.day, slot.at.replace(microsecond=0)) for slot in own}
    local = [at.astimezone(LOCAL) for at in found]
    assert {(at.isoweekday(), at.time().replace(microsecond=0)) for at in local} <= hours
    if days >= 7:
        assert found


def test_the_week_and_the_room() -> None:
    sunday_night = datetime(2026, 11, 29, 15, 59, tzinfo=UTC)
    assert slots.week_of(sunday_night) == slots.week_of(MONDAY)
    assert slots.week_of(sunday_night + timedelta(minutes=1)) != slots.week_of(MONDAY)
    two = (Slot(2, time(9)), Slot(5, time(9)))
    assert [slots.room(capacity, two) for capacity in (1, 4, 5)] == [1, 2, 2]
    assert slots.room(7, ()) == 7
    assert slots.cells([Slot(2, time(9)), Slot(2, time(12)), Slot(2, time(19))]) == {
        "2.am", "2.pm", "2.eve",
    }  # fmt: skip


# -- days --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("2027-06-30", [date(2027, 6, 30)]),
        ("2027年6月30日到2028.1.1", [date(2027, 6, 30), date(2028, 1, 1)]),
        ("12月1日", [date(2026, 12, 1)]),
        ("3月1号", [date(2027, 3, 1)]),
        ("12-2-301", []),
        ("2027-02-30", []),
        ("3号楼", []),
    ],
)
def test_days_as_people_write_them(said: str, expected: list[date]) -> None:
    assert dates.days(said, MONDAY) == expected


def test_a_term_runs_to_the_end_of_its_last_day() -> None:
    until = dates.end_of("到2027-06-30", MONDAY)
    assert until is not None
    assert until.astimezone(LOCAL) == datetime(2027, 7, 1, tzinfo=LOCAL)
    assert dates.last_day(until) == "2027-06-30"


def test_labelled_parts_in_any_order() -> None:
    labels = {"lead": ("牵头",), "budget": ("预算", "经费")}
    said = fields.read("修车棚 经费 3000元 牵头：惠民物业", labels)
    assert said == {"": "修车棚", "budget": "3000元", "lead": "惠民物业"}
    assert fields.read("预算不够怎么办", {"x": ("够",)}) == {"": "预算不够怎么办"}


# -- the same question -------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("医保 异地 就医 备案", "异地 就医 医保 备案", True),
        ("医保 异地 就医 备案", "异地 就医 住院 报销", False),
        ("残疾证", "残疾证", False),  # one word says too little
        ("80 岁 高龄 津贴 申请", "90 岁 高龄 津贴 申请", False),
        ("高龄 津贴 申请", "90 岁 高龄 津贴 申请", False),
        ("养老金 领 时候", "养老金 停 时候", False),
        ("不 参加 养老 认证", "参加 养老 认证", False),
        ("医保 异地 备案 哪里", "医保 异地 备案", False),
        ("城乡居民养老保险 缴费", "城乡居名养老保险 缴费", True),
    ],
)
def test_which_questions_are_the_same(one: str, other: str, same: bool) -> None:
    turning = frozenset(("不", "哪里"))
    assert alike.sure(one.split(), other.split(), turning) is same
    assert alike.sure(other.split(), one.split(), turning) is same


words = st.lists(st.sampled_from(["医保", "备案", "异地", "80", "办"]), max_size=5)


@given(one=words, other=words)
def test_likeness_is_a_share_and_both_ways_the_same(one: list[str], other: list[str]) -> None:
    found = alike.likeness(one, other)
    assert 0 <= found <= 1
    assert found == pytest.approx(alike.likeness(other, one))
