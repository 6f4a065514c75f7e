"""Asking back, with somebody of whom nothing is known yet."""

from __future__ import annotations

import pytest

from tests.journey.test_events import Stranger
from tests.journey.town import Town


@pytest.fixture
def stranger(town: Town) -> Stranger:
    return Stranger(town)


def said(stranger: Stranger, *texts: str) -> str:
    """The answer to the last of some sentences."""
    reply = ""
    for text in texts:
        reply = stranger.send("text", text) or ""
    return reply


def test_only_what_is_missing_is_asked(stranger: Stranger) -> None:
    assert "哪个小区" in said(stranger, "楼道灯坏了")
    assert "几号楼" in said(stranger, "泉馨苑")
    reply = said(stranger, "3号楼2单元")
    assert "泉馨苑小区3号楼2单元" in reply
    assert "已登记 1123-01" in reply


def test_an_answer_may_come_in_any_order(stranger: Stranger) -> None:
    reply = said(stranger, "楼道灯坏了", "2单元，泉馨苑，3号楼")
    assert "泉馨苑小区3号楼2单元" in reply


def test_two_questions_at_most(stranger: Stranger, town: Town) -> None:
    reply = said(stranger, "楼道灯坏了", "泉馨苑", "不知道")
    assert "已登记" in reply
    assert len(town.issues()) == 1


def test_nothing_is_asked_that_is_not_needed(stranger: Stranger) -> None:
    assert "已登记" in said(stranger, "想立个遗嘱，房子给小儿子，怎么弄")


def test_a_call_off_ends_it(stranger: Stranger, town: Town) -> None:
    assert "没有登记" in said(stranger, "楼道灯坏了", "算了")
    assert town.issues() == []
    town.wait(hours=1)
    assert town.issues() == []


def test_silence_records_what_there_is(stranger: Stranger, town: Town) -> None:
    said(stranger, "楼道灯坏了")
    town.wait(minutes=29)
    assert town.issues() == []
    town.wait(minutes=2)
    assert [issue.category for issue in town.issues()] == ["repair.light"]


def test_a_home_once_told_is_remembered(stranger: Stranger) -> None:
    said(stranger, "我住在泉馨苑3号楼2单元")
    assert "是在您家 泉馨苑小区3号楼2单元" in said(stranger, "楼道灯坏了")
    assert "泉馨苑小区3号楼2单元" in said(stranger, "是的")


def test_two_estates_that_fit_are_offered(stranger: Stranger) -> None:
    reply = said(stranger, "滨河花园3号楼楼道灯坏了")
    assert "滨河花园一期" in reply
    assert "滨河花园二期" in reply
    assert "滨河花园二期3号楼" in said(stranger, "二期")


def test_a_very_long_text_is_taken(stranger: Stranger, town: Town) -> None:
    text = "泉馨苑3号楼2单元楼道灯坏了" + "，我跟你们说这事已经很久了" * 1500
    assert "已登记" in said(stranger, text)
    with town.runtime.db.read() as tx:
        [stored] = [row["text"] for row in tx.rows("SELECT text FROM messages")]
    assert stored == text
