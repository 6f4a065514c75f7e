"""Deadlines, masking, and the log's chain."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from data.rows import Event
from desk.chain import broken, digest
from desk.rules.deadlines import LOCAL, contact_due, done_due
from desk.rules.masking import without_phones
from desk.service import is_workday
from nlp.text import mask_ids

FRIDAY = datetime(2026, 11, 20, 9, 30, tzinfo=UTC)


@pytest.mark.parametrize(("level", "hours"), [("U0", 5 / 60), ("U1", 2), ("U2", 24), ("U3", 24)])
def test_first_contact(level: str, hours: float) -> None:
    assert contact_due(level, FRIDAY) - FRIDAY == timedelta(hours=hours)


def test_hours_and_days() -> None:
    assert done_due("U1", "24h", FRIDAY, is_workday, "U1") == FRIDAY + timedelta(hours=24)
    assert done_due("U2", "3d", FRIDAY, is_workday, "U2") == FRIDAY + timedelta(days=3)
    assert done_due("U1", "30min", FRIDAY, is_workday, "U1") == FRIDAY + timedelta(minutes=30)


def test_working_days_skip_the_weekend_and_end_with_the_day() -> None:
    due = done_due("U3", "3wd", FRIDAY, is_workday, "U3").astimezone(LOCAL)
    assert due == datetime(2026, 11, 25, 18, 0, tzinfo=LOCAL)


def test_a_raised_issue_is_due_sooner() -> None:
    assert done_due("U1", "3d", FRIDAY, is_workday, "U2") == FRIDAY + timedelta(hours=24)
    assert done_due("U2", "3wd", FRIDAY, is_workday, "U3") < FRIDAY + timedelta(days=7)


def test_chinese_holidays_are_known_and_later_years_fall_back_to_weekdays() -> None:
    assert not is_workday(date(2026, 10, 1))
    assert is_workday(date(2199, 11, 20)) == (date(2199, 11, 20).weekday() < 5)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("我身份证140302198803071234要复印吗", "我身份证******************要复印吗"),
        ("14030219880307123X", "******************"),
        ("电话13900001234", "电话13900001234"),
        ("订单号1403021988030712345678", "订单号1403021988030712345678"),
    ],
)
def test_identity_numbers_are_hidden_at_the_door(text: str, kept: str) -> None:
    assert mask_ids(text) == kept


def test_phones_are_masked() -> None:
    assert without_phones("打139 0000 1234或13900001234") == "打139****1234或139****1234"


@given(st.text(max_size=200))
def test_masking_takes_any_text(text: str) -> None:
    assert mask_ids(mask_ids(text)) == mask_ids(text)
    without_phones(text)


def chain(count: int) -> list[Event]:
    log: list[Event] = []
    for seq in range(1, count + 1):
        event = Event(
            issue=1, seq=seq, at=FRIDAY, actor="a", action="note", status="assigned",
            note=str(seq), data={}, prev=log[-1].hash if log else "", hash="",
        )  # fmt: skip
        log.append(replace(event, hash=digest(event)))
    return log


def test_an_untouched_log_holds() -> None:
    assert broken(chain(5)) is None


def test_a_changed_or_missing_line_is_found() -> None:
    log = chain(5)
    assert broken([*log[:2], replace(log[2], note="别的"), *log[3:]]) == 3
    assert broken(log[:2] + log[3:]) == 3
    forged = replace(log[2], note="别的")
    forged = replace(forged, hash=digest(forged))
    assert broken([*log[:2], forged, *log[3:]]) == 4
