"""Finding issues in the console: search, filters, pages, saved views, and who finds what."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from data.database import Tx
from data.tables import board, people
from data.tables import issues as table
from data.tables.board import Filter
from desk import access, finding
from desk.service import Act
from tests.journey.seats import Seat, seat
from tests.journey.town import Town

LAMP = "3号楼2单元301门口的楼道灯坏了，我是李秀兰，电话13912345678"
NUMBER = re.compile(r"/console/issues/2026-(\d{4}-\d{2})\"")


def listed(browser: Seat, query: str = "") -> set[str]:
    return set(NUMBER.findall(browser.get(f"issues{query}").text))


def acting(town: Town, tx: Tx, person: str) -> Act:
    known = people.by_id(tx, person)
    assert known is not None
    return Act(tx, town.runtime.service, known, town.now, town.runtime.service.roster(tx))


def busy(town: Town) -> None:
    """Issues of every kind of visibility."""
    for name, text in (
        ("李秀兰", LAMP),
        ("张伟", "6号楼1单元停水了"),
        ("刘福生", "3号楼门口垃圾没人清"),
        ("杨帆", "楼上装修太吵了，5号楼3单元"),
        ("李秀兰", "投诉网格员王芳态度恶劣，骂人"),
        ("白雪", "我家闻到煤气味了，2号楼1单元702"),
        ("王磊", "我心里难受，想找人聊聊"),
    ):
        town.say(name, text)


def test_lists_hold_exactly_what_each_may_see(town: Town) -> None:
    busy(town)
    with town.runtime.db.read() as tx:
        everything = table.latest(tx)
        assert len(everything) >= 7
        for person in people.staff(tx):
            act = acting(town, tx, person.id)
            may = {issue.id for issue in everything if access.may_see(act, issue, person)}
            found = board.find(tx, access.scope_of(act, person), Filter(), None, 100)
            assert {issue.id for issue in found} == may, person.id


def test_search_finds_what_was_said_and_noted_but_nothing_hidden(town: Town) -> None:
    town.say("李秀兰", LAMP)
    town.say("刘福生", "3号楼门口垃圾没人清")
    secretary = seat(town, "gaojianmin")
    seat(town, "zhangjianguo").said("issues/1123-01/do/note", note="周六上午带梯子来")
    found = {query: listed(secretary, f"?q={query}") for query in (
        "楼道灯", "道灯坏", "灯", "楼道灯 梯子", "3号楼", "1123-01", "13912345678", "李秀兰", "301",
        "楼道灯 垃圾", "没有这样的话", "“", "*", '"', "AND"
    )}  # fmt: skip
    lamp = {"1123-01"}
    assert found["楼道灯"] == found["道灯坏"] == found["灯"] == found["楼道灯 梯子"] == lamp
    assert found["1123-01"] == lamp
    assert found["3号楼"] == {"1123-01", "1123-02"}
    for hidden in ("13912345678", "李秀兰", "301", "楼道灯 垃圾", "没有这样的话"):
        assert found[hidden] == set(), hidden


def test_the_index_can_be_written_anew(town: Town) -> None:
    busy(town)
    secretary = seat(town, "gaojianmin")
    before = {q: listed(secretary, f"?q={q}") for q in ("楼道灯", "垃圾", "停水", "煤气")}
    with town.runtime.db.write() as tx:
        tx.run("DELETE FROM issue_words")
    assert listed(secretary, "?q=楼道灯") == set()
    assert finding.rebuild(town.runtime.db) == len(town.issues())
    assert {q: listed(secretary, f"?q={q}") for q in before} == before
    assert all(before.values())


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("?category=repair", {"repair.light"}),
        ("?category=repair.light", {"repair.light"}),
        ("?level=U0", {"safety.gas"}),
        ("?grid=CYJ-2-1-1&category=repair", {"repair.light"}),
        ("?grid=CYJ-2-1&status=assigned&category=utility", {"utility.water"}),
        ("?flag=overdue", set()),
        ("?since=2026-11-24", set()),
        ("?until=2026-11-22", set()),
        ("?team=xiaobanshou", {"repair.light"}),
    ],
)
def test_filters(town: Town, query: str, wanted: set[str]) -> None:
    busy(town)
    found = listed(seat(town, "dinghong"), query)
    assert {town.issue(number).category for number in found} == wanted


def test_filters_that_make_no_sense_do_no_harm(town: Town) -> None:
    busy(town)
    browser = seat(town, "gaojianmin")
    for query in ("?since=yesterday", "?status=on_fire", "?level=U9", "?before=x", "?flag=1"):
        assert len(listed(browser, query)) == len(listed(browser)), query
    for query in ("?grid='; DROP TABLE issues", "?category=%25", "?q=%00", "?team=%F0%9F%92%A9"):
        assert browser.get(f"issues{query}").status_code == 200, query


def test_pages_hold_still_while_new_issues_come(town: Town) -> None:
    with small_pages():
        for _ in range(5):
            town.say(
                "李秀兰", "3号楼2单元的楼道灯坏了" if not town.issues() else "登记一下：停水了"
            )
            town.say("杨帆", f"5号楼3单元楼上装修太吵了{'！' * len(town.issues())}")
        browser = seat(town, "gaojianmin")
        everything = [issue.number for issue in town.issues()][::-1]
        seen: list[str] = []
        path = "issues"
        while path:
            page = browser.get(path).text
            seen += dict.fromkeys(NUMBER.findall(page))
            town.say("刘福生", f"3号楼门口垃圾没人清{'！' * len(seen)}")
            more = re.search(r'rel="next" href="/console/([^"]+)"', page)
            path = more[1].replace("&amp;", "&") if more else ""
        assert seen == everything


@contextmanager
def small_pages() -> Iterator[None]:
    from console import issues

    kept, issues.PAGE = issues.PAGE, 2  # type: ignore[misc]
    yield
    issues.PAGE = kept  # type: ignore[misc]


def test_a_view_is_kept_for_oneself(town: Town) -> None:
    mine, other = seat(town, "wangfang"), seat(town, "gaojianmin")
    assert "已存为“我的灯”" in mine.said("views", name="我的灯", category="repair.light")
    assert "我的灯" in mine.get("issues").text
    assert "我的灯" not in other.get("issues").text
    view = re.findall(r"/console/views/(\d+)/drop", mine.get("issues").text)[0]
    other.post(f"views/{view}/drop")
    assert "我的灯" in mine.get("issues").text
    mine.post(f"views/{view}/drop")
    assert "我的灯" not in mine.get("issues").text
    assert "没有存" in mine.said("views", name="空的")
