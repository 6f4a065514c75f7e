"""统计, 台账 and reports: right figures, each with its issues behind it, safe to hand in."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from html import unescape

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from console import spans
from data.database import Tx
from data.tables import logins
from desk.figures import Period, period
from tests.journey.seats import Seat, seat
from tests.journey.town import MORNING, Town

TILE = re.compile(
    r'<a href="(/console/issues\?[^"]*)"><span class="name">([^<]+)</span><b>([^<]+)</b>'
)
NUMBER = re.compile(r"/console/issues/2026-(\d{4}-\d{2})\"")


def worked(town: Town) -> None:
    """A morning with every outcome."""
    for name, text in (
        ("李秀兰", "3号楼2单元的楼道灯坏了"),
        ("张伟", "6号楼1单元停水了"),
        ("刘福生", "3号楼门口垃圾没人清"),
        ("杨帆", "楼上装修太吵了，5号楼3单元"),
    ):
        town.say(name, text)
    town.now += timedelta(hours=2)
    town.say("张建国", "接单 1123-01")
    town.now += timedelta(hours=4)
    town.say("张建国", "办结 1123-01 换了灯泡")
    town.say("李秀兰", "满意")
    town.say("李平", "退单 1123-04 找不到人")


def figures(browser: Seat, query: str = "") -> dict[str, tuple[str, str]]:
    """(value, where it leads) of each tile by its name."""
    page = browser.get(f"statistics{query}").text
    return {name: (value, unescape(to)) for to, name, value in TILE.findall(page)}


def book(browser: Seat, path: str) -> openpyxl.Workbook:
    response = browser.get(path)
    assert response.status_code == 200
    assert "attachment" in response.headers["Content-Disposition"]
    return openpyxl.load_workbook(io.BytesIO(response.data))


def first(made: openpyxl.Workbook) -> Worksheet:
    sheet = made.worksheets[0]
    assert isinstance(sheet, Worksheet)
    return sheet


def test_figures_are_right_and_each_leads_to_its_issues(town: Town) -> None:
    worked(town)
    secretary = seat(town, "gaojianmin")
    found = figures(secretary)
    values = {name: value for name, (value, _) in found.items()}
    assert values["受理"] == "4"
    assert values["办结"] == "1"
    assert values["在办"] == "3"
    assert values["退单"] == "1"
    assert values["响应率"] == values["解决率"] == values["满意率"] == "100.0%"
    assert values["接单用时（中位）"] == "2小时"
    assert values["办结用时（九成以内）"] == "6小时"
    for name in ("受理", "办结", "在办", "超期", "退单", "重办", "多人反映"):
        value, to = found[name]
        behind = set(NUMBER.findall(secretary.client.get(to).text))
        assert len(behind) == int(value), name
    _, to = found["满意率"]
    assert set(NUMBER.findall(secretary.client.get(to).text)) == {"1123-01"}


def test_every_number_of_the_tables_leads_to_as_many_issues(town: Town) -> None:
    worked(town)
    secretary = seat(town, "gaojianmin")
    page = "".join(secretary.get(f"statistics/{by}").text for by in ("category", "grid", "team"))
    links = re.findall(r'<td><a href="(/console/issues\?[^"]+)">(\d+)</a></td>', page)
    assert len(links) > 10
    for to, count in links:
        behind = set(NUMBER.findall(secretary.client.get(unescape(to)).text))
        assert len(behind) == int(count), to


def test_a_period_without_call_backs_has_no_rates(town: Town) -> None:
    worked(town)
    found = figures(seat(town, "gaojianmin"), "?period=month&day=2026-10-05")
    assert found["受理"][0] == "0"
    assert found["满意率"][0] == "无样本"


def test_a_worker_counts_only_his_own_grid(town: Town) -> None:
    worked(town)
    assert figures(seat(town, "wangfang"))["受理"][0] == "2"
    assert figures(seat(town, "gaojianmin"), "?grid=CYJ-2-1")["受理"][0] == "2"


def test_what_is_excluded_from_the_rates_is_not_behind_them(town: Town) -> None:
    worked(town)
    captain, lead = seat(town, "zhangjianguo"), seat(town, "wangfang")
    captain.said("issues/1123-01/do/exclude", note="调解案件")
    lead.said("issues/1123-01/do/agree")
    value, to = figures(lead)["满意率"]
    assert value == "无样本"
    assert NUMBER.findall(lead.client.get(to).text) == []


@pytest.mark.parametrize(
    ("kind", "day", "since", "last", "before"),
    [
        ("day", "2026-11-23", "2026-11-23", "2026-11-23", ("2026-11-22", "2026-11-22")),
        ("week", "2026-11-25", "2026-11-23", "2026-11-29", ("2026-11-16", "2026-11-22")),
        ("month", "2026-03-31", "2026-03-01", "2026-03-31", ("2026-02-01", "2026-02-28")),
        ("quarter", "2026-02-10", "2026-01-01", "2026-03-31", ("2025-10-01", "2025-12-31")),
        ("year", "2026-02-10", "2026-01-01", "2026-12-31", ("2025-01-01", "2025-12-31")),
    ],
)
def test_periods(kind: str, day: str, since: str, last: str, before: tuple[str, str]) -> None:
    found = period(kind, datetime.fromisoformat(day).date())  # type: ignore[arg-type]
    assert (found.since.isoformat(), found.last.isoformat()) == (since, last)
    earlier = found.before(datetime(2027, 6, 1).date())  # noqa: DTZ001  a day, no moment
    assert (earlier.since.isoformat(), earlier.last.isoformat()) == before


def test_a_running_period_is_compared_with_as_many_days_of_the_last() -> None:
    november = period("month", datetime(2026, 11, 23).date())  # noqa: DTZ001
    before = november.before(datetime(2026, 11, 10).date())  # noqa: DTZ001
    assert isinstance(before, Period)
    assert (before.since.isoformat(), before.last.isoformat()) == ("2026-10-01", "2026-10-10")


def test_the_book_has_real_times_a_watermark_and_heads_that_stay(town: Town) -> None:
    worked(town)
    sheet = first(book(seat(town, "gaojianmin"), "ledger.xlsx"))
    assert sheet.freeze_panes == "A3"
    assert sheet.auto_filter.ref == "A2:T6"
    assert "朝阳街社区" in str(sheet["A1"].value)
    assert "高建民" in str(sheet["A1"].value)
    heads = [cell.value for cell in sheet[2]]
    row = dict(zip(heads, [cell.value for cell in sheet[6]], strict=True))
    assert row["编号"] == "2026-1123-01"
    assert row["时间"] == datetime(2026, 11, 23, 9, 0)  # noqa: DTZ001  Excel knows no zones
    assert row["办结时间"] == datetime(2026, 11, 23, 15, 0)  # noqa: DTZ001
    assert (row["响应"], row["解决"], row["满意"]) == ("是", "是", "满意")
    assert row["反映人"] == "李＊＊"


@pytest.mark.parametrize("start", ["=", "+", "-", "@"])
def test_no_words_become_a_formula(town: Town, start: str) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    words = f'{start}HYPERLINK("http://evil")'
    with town.runtime.db.write() as tx:
        tx.run("UPDATE issues SET text = :words, result = :words", words=words)
    sheet = first(book(seat(town, "gaojianmin"), "ledger.xlsx"))
    for row in sheet.iter_rows():
        for cell in row:
            assert cell.data_type != "f"
            assert not str(cell.value or "").startswith(start)


def test_every_export_is_written_down(town: Town) -> None:
    worked(town)
    browser = seat(town, "wangfang")
    for path in ("ledger.xlsx", "ledger/print", "reports.xlsx", "reports/print"):
        browser.get(path)
    with town.runtime.db.read() as tx:
        lines = [line for line in logins.lines(tx, None, 50) if line.action == "export"]
    assert [line.detail.split()[0] for line in lines][::-1] == [
        "ledger.xlsx", "ledger.print", "report.xlsx", "report.print",
    ]  # fmt: skip
    assert {line.person for line in lines} == {"wangfang"}
    assert "n=2" in lines[-1].detail
    assert "ledger.xlsx" in seat(town, "wuqian").get("log").text


def test_reports_say_the_same_on_screen_on_paper_and_in_excel(town: Town) -> None:
    worked(town)
    secretary = seat(town, "gaojianmin")
    for kind in ("day", "week", "month", "quarter"):
        query = f"?period={kind}&day=2026-11-23"
        made = book(secretary, f"reports.xlsx{query}")
        rows = {row[0].value: row[1].value for row in first(made).iter_rows(min_row=3)}
        assert rows["受理"] == 4
        assert rows["满意率"] == 1
        for path in ("reports", "reports/print"):
            page = secretary.get(f"{path}{query}").text
            received = re.findall(r'<th scope="row">受理</th><td>(?:<a[^>]*>)?(\d+)', page)
            assert received[0] == "4", path


def test_the_wall_shows_no_words_and_no_names(town: Town) -> None:
    worked(town)
    town.say("王磊", "我心里难受，想找人聊聊")
    page = seat(town, "gaojianmin").get("wall").text
    for hidden in ("楼道灯坏了", "李秀兰", "张建国", "2单元", "1123-01", "心理"):
        assert hidden not in page, hidden
    assert "泉馨苑小区 楼道灯" in page


def test_the_grid_tree_adds_up_and_names_gaps(town: Town) -> None:
    worked(town)
    secretary = seat(town, "gaojianmin")
    page = secretary.get("grids").text
    assert "每一处都有网格、有负责人" in page
    counts = re.findall(r"<b>朝阳街社区大网格</b>.*?在办 (\d+)", page, re.DOTALL)
    with town.runtime.db.write() as tx:
        placed = tx.scalar("SELECT COUNT(*) FROM issues WHERE grid IS NOT NULL AND done_at IS NULL")
        tx.run("UPDATE grids SET person = NULL WHERE code = 'CYJ-2-1-1'")
        tx.run("UPDATE state SET value = '99' WHERE name = 'roster'")
    assert int(counts[0]) == placed
    page = secretary.get("grids").text
    assert "没覆盖到的" in page
    assert "没有负责人" in page


@contextmanager
def counting(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Every statement that the store is given."""
    asked: list[str] = []
    execute = Tx.rows, Tx.scalar, Tx.run, Tx.one

    def counted(original: object) -> object:
        def run(self: Tx, *args: object, **values: object) -> object:
            asked.append(str(args[-1]))
            return original(self, *args, **values)  # type: ignore[operator]

        return run

    for name, original in zip(("rows", "scalar", "run", "one"), execute, strict=True):
        monkeypatch.setattr(Tx, name, counted(original))
    yield asked
    monkeypatch.undo()


def test_no_page_asks_the_store_a_hundred_times(
    town: Town, monkeypatch: pytest.MonkeyPatch
) -> None:
    for hour in range(12):
        worked(town)
        town.now += timedelta(hours=hour)
    secretary = seat(town, "gaojianmin")
    for path in ("today", "issues", "board", "issues/1123-01", "statistics", "ledger",
                 "statistics/grid", "reports",
                 "ledger.xlsx", "grids", "check", "wall", "log", "account"):  # fmt: skip
        with counting(monkeypatch) as asked:
            assert secretary.get(path).status_code == 200
        assert 0 < len(asked) < 100, (path, len(asked))


@pytest.mark.parametrize(
    ("query", "since", "last"),
    [
        ({"since": "2026-11-02", "last": "2026-11-05"}, "2026-11-02", "2026-11-05"),
        ({"since": "2026-11-05", "last": "2026-11-02"}, "2026-11-01", "2026-11-30"),
        ({"period": "week", "since": "2026-11-02", "last": "2026-11-05"},
         "2026-11-23", "2026-11-29"),
        ({"period": "days"}, "2026-11-01", "2026-11-30"),
        ({"period": "century", "day": "yesterday"}, "2026-11-01", "2026-11-30"),
        ({"since": "0001-01-01", "last": "9999-12-31"}, "2026-11-01", "2026-11-30"),
    ],
)  # fmt: skip
def test_which_days_a_query_means(query: dict[str, str], since: str, last: str) -> None:
    found = spans.read(query, MORNING)
    assert (found.since.isoformat(), found.last.isoformat()) == (since, last)


def test_the_plan_heat_and_load_count_what_is_there(town: Town) -> None:
    worked(town)
    secretary = seat(town, "gaojianmin")
    page = secretary.get("grids").text
    assert 'class="plan wide"' in page
    assert "泉馨苑小区" in page
    heat = re.findall(r'<td class="h\d"><a href="([^"]+)">(\d+)</a>', page)
    assert heat
    for to, count in heat:
        assert len(set(NUMBER.findall(secretary.client.get(unescape(to)).text))) == int(count)
    own = seat(town, "wangfang").get("grids").text
    assert "朝阳街小区" not in own.split('class="plan')[1].split("</svg>")[0]
    assert seat(town, "wangfang").get("grids?grid=CYJ-1-1").status_code == 404


def test_codes_are_printed_for_ones_own_grids_only(town: Town) -> None:
    everything = seat(town, "gaojianmin").get("grids/qr?what=places").text
    own = seat(town, "wangfang").get("grids/qr?what=places").text
    assert everything.count("<figure>") == 18
    assert own.count("<figure>") == 2
    assert "泉馨苑小区 1、2、3、4" in own
    assert seat(town, "wangfang").get("grids/qr?what=places&grid=CYJ-1-1-1").text.count("<svg") == 0
    assert seat(town, "gaojianmin").get("grids/qr?what=desk").text.count("<figure>") == 1
    assert seat(town, "gaojianmin").get("grids/qr?what=secrets").status_code == 404
