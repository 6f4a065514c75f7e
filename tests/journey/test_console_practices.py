"""The practices at the console: every list opens for whoever may, and only for him."""

from __future__ import annotations

import io
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

import openpyxl
import pytest

from console.practices.areas import AREAS
from data.database import Tx, Value
from data.tables import people, roster
from tests.journey.practised import practise
from tests.journey.seats import Seat, seat
from tests.journey.test_console_lists import acting
from tests.journey.town import Town


def done(browser: Seat, path: str, **form: object) -> str:
    """Post a form that must go through; the page it leads to."""
    response = browser.post(path, **form)
    assert response.status_code == 302, re.findall(
        r'class="(?:fault|said bad)[^<]*<?', response.text
    )
    return browser.client.get(response.headers["Location"]).text


def test_a_wish_from_entering_to_fulfilled(town: Town) -> None:
    worker, secretary = seat(town, "wangfang"), seat(town, "gaojianmin")
    page = done(worker, "practices/wishes/new/enter", whom="赵桂英", estate="泉馨苑", building="3",
                title="给赵桂英想要一床电热毯")  # fmt: skip
    assert "愿-1" in page
    assert "赵桂英" in page
    listed = secretary.get("practices/wishes").text
    assert "想要一床电热毯" in listed
    assert "赵桂英" not in listed
    page = done(secretary, "practices/wishes/1/do/publish", title="")
    assert "可认领" in page
    member = seat(town, "zhangjianguo")
    assert "可认领" in member.get("practices/wishes").text
    page = done(member, "practices/wishes/1/do/claim")
    assert "赵桂英" in page
    page = done(member, "practices/wishes/1/do/deliver", note="送给赵桂英一床电热毯")
    secretary_page = secretary.get("practices/wishes/1").text
    assert "赵桂英" not in secretary_page
    page = done(worker, "practices/wishes/1/do/confirm")
    assert "已完成" in page


def test_every_list_opens_for_each_role_or_is_refused(town: Town) -> None:
    """What may not be read answers 403; nothing answers with a fault."""
    for person in ("wangfang", "zhangjianguo", "gaojianmin", "songwei", "wuqian", "liping"):
        browser = seat(town, person)
        for name, area in AREAS.items():
            with town.runtime.db.read() as tx:
                allowed = area.may(acting(town, tx, person))
            for path in (f"practices/{name}", f"practices/{name}/export"):
                assert browser.get(path).status_code == (200 if allowed else 403), (person, path)
            for doing in area.new:
                page = browser.get(f"practices/{name}/new/{doing.name}")
                assert page.status_code in (200, 403), (person, name, doing.name)
        assert browser.get("practices").status_code == 200


def test_units_are_imported_after_a_preview_and_never_in_part(town: Town) -> None:
    """Faults row by row and nothing written; a good table is shown before it is written."""
    browser = seat(town, "gaojianmin")
    bad = "编号,名称,类型\nqizhong,第七中学,驻区单位\n,没有编号,驻区单位\nsifa,司法局,什么\n"
    page = sent(browser, "units", "units.csv", bad.encode("utf-8-sig"))
    assert "有 2 处要改" in page
    assert "编号 不能为空" in page
    assert re.search(
        r'<th scope="row">4</th><td data-head="要改什么"[^>]*>类型 要是 应急、物业、', page
    )
    before = set(units(town))
    good = "编号,名称,类型,成员\nqizhong,第七中学,驻区单位,\nsifa,司法局,司法,lihui\n"
    page = sent(browser, "units", "units.csv", good.encode("gb18030"))
    assert "共 2 行，没有错" in page
    assert f"现在有 {len(before)} 行，导入后是 2 行" in page
    assert set(units(town)) == before
    kept = re.search(r'name="kept" value="([^"]+)"', page)
    assert kept is not None
    assert "导入了 2 行" in browser.said("imports/units/carry_out", kept=kept[1])
    assert units(town) == {"qizhong": "partner", "sifa": "legal"}


def test_a_table_of_people_is_the_administrators(town: Town) -> None:
    """Who may do what is decided by it."""
    assert seat(town, "gaojianmin").get("imports/people").status_code == 403
    assert seat(town, "wuqian").get("imports/people").status_code == 200
    assert seat(town, "wangfang").get("imports").status_code == 403


def test_the_template_brings_what_is_there_and_changes_nothing_when_sent_back(town: Town) -> None:
    browser = seat(town, "gaojianmin")
    with town.runtime.db.read() as tx:
        before = (roster.grids(tx), roster.places(tx), roster.teams(tx))
    for kind in ("units", "teams", "grids", "places"):
        book = browser.get(f"imports/{kind}/template").data
        page = sent(browser, kind, f"{kind}.xlsx", book)
        assert "没有错" in page, kind
        assert "会去掉的" not in page, kind
        kept = re.search(r'name="kept" value="([^"]+)"', page)
        assert kept is not None
        browser.said(f"imports/{kind}/carry_out", kept=kept[1])
    with town.runtime.db.read() as tx:
        assert (roster.grids(tx), roster.places(tx), roster.teams(tx)) == before


def test_nothing_that_is_no_preview_is_carried_out(town: Town) -> None:
    browser = seat(town, "gaojianmin")
    before = units(town)
    for kept in ("", "nonsense", "e30=", "H4sIAAAAAAAA_w=="):
        assert browser.post("imports/units/carry_out", kept=kept).status_code in (200, 400), kept
    assert units(town) == before


def sent(browser: Seat, kind: str, name: str, raw: bytes) -> str:
    response = browser.post(f"imports/{kind}/preview", file=(io.BytesIO(raw), name))
    assert response.status_code == 200
    return response.text


def units(town: Town) -> dict[str, str]:
    with town.runtime.db.read() as tx:
        return {team.code: team.kind for team in roster.teams(tx) if team.source == "units"}


def test_every_row_opens_for_whoever_may_and_gives_away_no_name(town: Town) -> None:
    """The page of everything on every list, as each role; no wish or visit says for whom."""
    practise(town)
    for person in ("wangfang", "zhangjianguo", "gaojianmin", "songwei", "wuqian", "liping"):
        browser = seat(town, person)
        for name in AREAS:
            page = browser.get(f"practices/{name}")
            for row in set(re.findall(rf'/console/practices/{name}/([^"/?]+)"', page.text)):
                shown = browser.get(f"practices/{name}/{row}")
                assert shown.status_code == 200, (person, name, row)
                if person in ("zhangjianguo", "songwei", "wuqian"):
                    for hidden in ("赵桂英", "周玉珍"):
                        assert hidden not in shown.text, (person, name, row)
                        assert hidden not in page.text, (person, name)


def test_a_page_asks_the_store_a_hundred_times_at_most(town: Town) -> None:
    """Lists of thirty rows, too."""
    practise(town)
    for number in range(35):
        town.say("李秀兰", f"提议 在{number}号楼前装扶手")
        town.say("吴倩", f"设岗 {number}号楼道巡查 2人 泉馨苑")
    browser = seat(town, "wuqian")
    for name in AREAS:
        for path in (f"practices/{name}", f"practices/{name}/1"):
            with counting() as asked:
                browser.get(path)
            assert 0 < len(asked) <= 100, (path, len(asked))


@contextmanager
def counting() -> Iterator[list[str]]:
    """The statements that the store is asked for."""
    asked, execute = list[str](), Tx.rows

    def rows(self: Tx, sql: str, **values: Value) -> list[dict[str, Any]]:
        asked.append(sql)
        return execute(self, sql, **values)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Tx, "rows", rows)
        for name in ("one", "scalar", "run"):
            patch.setattr(Tx, name, noting(getattr(Tx, name), asked))
        yield asked


def noting(plain: Callable[..., Any], asked: list[str]) -> Callable[..., Any]:
    def noted(*given: Any, **values: Any) -> Any:
        asked.append(str(given[-1]))
        return plain(*given, **values)

    return noted


def test_a_time_is_booked_for_somebody_and_kept(town: Town) -> None:
    practise(town)
    worker = seat(town, "wangfang")
    page = worker.get("practices/resources/1").text
    at = re.findall(r'<option value="(2026-11-\d\dT[\d:]+)">', page)[0]
    page = done(worker, "practices/resources/1/do/book", whom="周玉珍", at=at)
    page = worker.get("practices/bookings/1").text
    assert "已约" in page
    assert "周玉珍" not in page
    assert "周玉珍" in seat(town, "gaojianmin").post("practices/bookings/1/reveal").text


def test_what_waits_is_counted_for_whoever_may_see_to_it(town: Town) -> None:
    practise(town)
    waiting = re.compile(r"<b>(\S+) <span class=\"count late\">(\d+) 件等着看")
    office = dict(waiting.findall(seat(town, "gaojianmin").get("practices").text))
    assert office["微心愿"] == "1"
    assert office["意见箱"] == "1"
    assert waiting.findall(seat(town, "zhangjianguo").get("practices").text) == []


def test_what_is_refused_leaves_nothing_behind(town: Town) -> None:
    """A form that fails in the middle has done nothing: here a pair whose helper is not known."""
    browser = seat(town, "gaojianmin")
    form = {
        "elder": "新来的老人",
        "estate": "泉馨苑小区",
        "helpers": "李平\n没有这个人",
        "when": "每7天",
    }
    page = browser.post("practices/visits/new/pair", **form).text
    assert "有人不在工作人员、队员或已报到的党员里" in page
    assert 'value="新来的老人"' in page
    with town.runtime.db.read() as tx:
        assert people.by_name(tx, "新来的老人") == []
    page = browser.post("practices/visits/new/pair", **{**form, "when": "随便什么时候"}).text
    assert "没看懂是什么时候" in page


def test_a_patrol_records_what_it_found(town: Town) -> None:
    practise(town)
    browser = seat(town, "wangfang")
    page = done(browser, "practices/patrols/1/do/hold", found="3号楼2单元的路灯不亮")
    assert "做了" in page
    [issue] = [issue for issue in town.issues() if issue.channel == "console"]
    assert (issue.source, issue.estate, issue.building) == ("found", "泉馨苑小区", "3")


def test_letters_are_printed_and_that_is_logged(town: Town) -> None:
    practise(town)
    office = seat(town, "gaojianmin")
    assert "季度函 2026Q4" in office.get("letters/print").text
    assert "letters 2026Q4" in office.get("log").text
    assert seat(town, "wangfang").get("letters/print").status_code == 403


def test_a_table_taken_out_has_dates_and_no_formula(town: Town) -> None:
    town.say("吴倩", "设岗 =HYPERLINK(1) 2人 泉馨苑")
    book = openpyxl.load_workbook(
        io.BytesIO(seat(town, "gaojianmin").get("practices/posts/export").data)
    )
    sheet = book.worksheets[0]
    assert "内部资料" in str(sheet["A1"].value)
    assert (sheet.freeze_panes, sheet.auto_filter.ref) == ("A3", "A2:H3")
    row = {head.value: cell for head, cell in zip(sheet[2], sheet[3], strict=True)}
    assert isinstance(row["日期"].value, datetime)
    assert row["岗位"].data_type == "s"
    assert str(row["岗位"].value).startswith("'=")


def test_addresses_that_make_no_sense_do_no_harm(town: Town) -> None:
    practise(town)
    browser = seat(town, "gaojianmin")
    queries = ("before=99999999999999999999", "before=-1", "before=x", "q=%00", "q=%25",
               "status=on_fire", "q=愿-99999999999", "estate='; DROP TABLE entries")  # fmt: skip
    for query in queries:
        for name in ("wishes", "people", "points", "letters", "agenda"):
            assert browser.get(f"practices/{name}?{query}").status_code == 200, (name, query)
    for path in ("practices/nothing", "practices/wishes/0", "practices/wishes/9999999999999999999",
                 "practices/wishes/愿-1", "practices/people/nobody", "practices/wishes/new/nothing",
                 "practices/letters/2026Q9-1"):  # fmt: skip
        assert browser.get(path).status_code == 404, path
    assert browser.post("practices/wishes/1/do/nothing").status_code == 404
    assert browser.post("practices/wishes/1/reveal").status_code == 403
    many = {"title": "很" * 3000, "estate": "没有的小区", "capacity": "-5"}
    page = browser.post("practices/posts/new/set_up", **many)
    assert page.status_code == 200
    assert page.text.count('class="fault"') >= 2
