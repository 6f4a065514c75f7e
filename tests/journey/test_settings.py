"""Settings of a running community: looked at, kept, at work at once, and taken back."""

from __future__ import annotations

import re

import pytest

from bot import create_app
from data.settings import Settings
from data.tables import amendments
from desk import check
from tests.journey.seats import Seat, seat
from tests.journey.town import TOKEN, Town

FORM = re.compile(
    r'<(?:input|textarea|select)[^>]* name="([^"]+)"[^>]*?(?: value="([^"]*)")?[^>]*>'
)


@pytest.fixture
def admin(town: Town) -> Seat:
    return seat(town, "wuqian")


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else [value]


def form(admin: Seat, path: str, **changed: object) -> dict[str, object]:
    """The page's form as it stands, with some fields typed over."""
    page = admin.get(f"settings/{path}").text
    found: dict[str, object] = {}
    for tag in re.findall(r"<input[^>]*>", page.split('class="box fields"')[1]):
        name = re.search(r'name="([^"]+)"', tag)
        value = re.search(r'value="([^"]*)"', tag)
        ticked = 'type="checkbox"' not in tag or "checked" in tag
        if name and ticked and name[1] not in ("csrf_token", "q"):
            said = value[1] if value else ""
            many = 'type="checkbox"' in tag and name[1] in found
            found[name[1]] = [*_list(found[name[1]]), said] if many else said
    for name_, body in re.findall(r'<textarea id="[^"]*" name="([^"]+)"[^>]*>\n(.*?)</textarea>',
                                  page, re.S):  # fmt: skip
        found[name_] = body.replace("&#34;", '"').replace("&#39;", "'").replace("&amp;", "&")
    for name_, body in re.findall(r'<select id="[^"]*" name="([^"]+)"[^>]*>(.*?)</select>', page):
        chosen = re.search(r'value="([^"]*)" selected', body)
        found[name_] = chosen[1] if chosen else ""
    return found | changed


def keep(admin: Seat, path: str, **changed: object) -> str:
    return admin.said(f"settings/{path}", **form(admin, path, step="keep", **changed))


def look(admin: Seat, path: str, **changed: object) -> str:
    response = admin.post(f"settings/{path}", **form(admin, path, step="look", **changed))
    assert response.status_code in (200, 422)
    return response.text


def test_a_limit_is_looked_at_kept_at_work_and_taken_back(town: Town, admin: Seat) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    [before] = town.issues()
    seen = look(admin, "catalogue/repair.light", limit="2d")
    assert "换了时限" in seen
    assert "1123-01" in seen
    assert "体检没有新问题" in seen
    assert town.runtime.service.category("repair.light").limit != "2d"

    assert "已存" in keep(admin, "catalogue/repair.light", limit="2d")
    town.say("张伟", "6号楼1单元的楼道灯坏了")
    assert town.issue("1123-02").done_due - town.issue("1123-02").created_at != (
        before.done_due - before.created_at
    )
    assert (town.issue("1123-02").done_due - town.issue("1123-02").created_at).days == 2
    assert town.issue("1123-01").done_due == before.done_due

    with town.runtime.db.read() as tx:
        [made] = amendments.page(tx, None, 9)
    assert made.person == "wuqian"
    assert "已退回" in admin.said(f"settings/undo/{made.id}")
    town.say("刘福生", "8号楼3单元的楼道灯坏了")
    third = town.issues()[-1]
    assert third.done_due - third.created_at == before.done_due - before.created_at


def test_a_save_that_breaks_check_is_refused_with_the_cure(town: Town, admin: Seat) -> None:
    seen = look(admin, "catalogue/repair.light", limit="0d")
    assert "C55" in seen
    assert "改 catalogue.toml" in seen
    refused = keep(admin, "catalogue/repair.light", limit="0d")
    assert "算不出期限" in refused
    assert town.runtime.service.category("repair.light").limit != "0d"


def test_a_team_takes_other_work_and_the_preview_names_the_issues(town: Town, admin: Seat) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    team = town.issue("1123-01").owner_team
    assert team is not None
    seen = look(admin, f"teams/{team}", categories="env.green")
    assert "换了去处" in seen or "C23" in seen
    with town.runtime.db.read() as tx:
        assert "env.green" not in town.runtime.service.roster(tx).teams[team].categories
    keep(admin, f"teams/{team}", phone="0353-1112223")
    with town.runtime.db.read() as tx:
        assert town.runtime.service.roster(tx).teams[team].phone == "0353-1112223"
    assert "不认识“谁也不是”" in look(admin, f"teams/{team}", members="谁也不是")


def test_a_reply_is_said_otherwise_and_cannot_ask_for_what_is_not_there(
    town: Town, admin: Seat
) -> None:
    assert "{nothing}" in look(admin, "replies/small.thanks", text="不客气 {nothing}")
    assert "大括号不成对" in look(admin, "replies/small.thanks", text="不客气 {")
    keep(admin, "replies/small.thanks", text="不用谢，有事您说话。")
    said = town.say("李秀兰", "谢谢")
    assert said is not None
    assert said.startswith("不用谢，有事您说话。")


def test_what_people_say_here_is_understood_at_once(town: Town, admin: Seat) -> None:
    town.say("李秀兰", "3号楼2单元，戆戆篷篷坏了")
    town.wait(minutes=31)  # asked back, and recorded as far as it was understood
    assert [issue.category for issue in town.issues()] != ["repair.light"]
    seen = look(
        admin, "catalogue/repair.light", more_words="戆戆篷篷", more_examples="戆戆篷篷坏了"
    )
    assert "换了类别" in seen
    keep(admin, "catalogue/repair.light", more_words="戆戆篷篷", more_examples="戆戆篷篷坏了")
    town.say("刘福生", "谢谢")  # whoever reads next notices, and the new understander is built
    with town.runtime.service._building:
        pass
    town.say("张伟", "6号楼1单元，戆戆篷篷坏了")
    town.wait(minutes=31)
    assert len(town.issues()) == 2
    assert town.issues()[-1].category == "repair.light"


def test_a_word_list_says_the_line_of_a_mistake(admin: Seat) -> None:
    path = "lexicons/nature/always"
    text = str(form(admin, path)["text"])
    broken = text.replace('wish = "心愿"', 'wish = "心愿')
    assert "第 2 行" in look(admin, path, text=broken)
    assert "不能删掉" in look(admin, path, text='[always]\nwish = "心愿"\n')
    assert "要是引号里的一段话" in look(admin, path, text=text.replace('"心愿"', "3"))


def groups(*rows: tuple[str, str, str]) -> dict[str, object]:
    """A form of groups as it is typed over; what stood in later rows is emptied."""
    every = [*rows, *[("", "", "")] * 9]
    return {
        f"groups-{at}-{name}": value
        for at, row in enumerate(every[:7])
        for name, value in zip(("chat", "name", "estate"), row, strict=True)
    }


OWN = ("wr-quanxinyuan", "泉馨苑邻里群", "泉馨苑小区")


def test_a_group_is_given_its_estate_and_taken_back(town: Town, admin: Seat) -> None:
    """What is said in it without a place is of that estate from now on."""
    town.groups["新群"] = "wr-new"
    town.say("李秀兰", "楼道灯坏了", group="新群")
    seen = admin.get("settings/community/groups").text
    assert "wr-new" in seen.split("还没有登记的群")[1]
    assert "wr-binhe1" not in seen.split("还没有登记的群")[1]
    mine = groups(OWN, ("wr-new", "八家巷新群", "八家巷小区"))
    seen = look(admin, "community/groups", **mine)
    assert "体检没有新问题" in seen
    assert "<ins>wr-new 八家巷新群 八家巷小区</ins>" in seen  # what stays is not said again
    assert "<del>wr-chaoyang 朝阳街小区业主群 朝阳街小区、wr-bajiaxiang" in seen
    assert "已存" in keep(admin, "community/groups", **mine)
    town.wait(minutes=31)
    town.say("张伟", "3号楼2单元的楼道灯坏了", group="新群")
    assert town.issues()[-1].estate == "八家巷小区"
    about = town.runtime.service.content.about
    assert [group.chat for group in about.groups] == ["wr-quanxinyuan", "wr-new"]
    with town.runtime.db.read() as tx:
        [made] = amendments.page(tx, None, 9)
    assert "已退回" in admin.said(f"settings/undo/{made.id}")
    assert len(town.runtime.service.content.about.groups) == 5


def test_a_group_has_one_row_and_a_name(admin: Seat) -> None:
    path = "community/groups"
    assert "第 2 行：这个群上面已经有一行了" in look(
        admin, path, **groups(OWN, ("wr-quanxinyuan", "同一个群", ""))
    )
    seen = look(admin, path, **groups(OWN, ("wr-other", "", "八家巷小区")))
    assert "第 2 行：群号和群名都要写" in seen
    assert 'value="wr-other"' in seen  # what was typed is still there
    assert "第 1 行：请从里面选一个" in look(
        admin, path, **groups(("wr-other", "群", "不存在的小区"))
    )


def test_a_group_whose_estate_is_gone_does_not_pass_check(town: Town, admin: Seat) -> None:
    """An estate goes out of the table of places while its group keeps it: said as C22."""
    with town.runtime.db.write() as tx:
        tx.run("DELETE FROM places WHERE estate = '八家巷小区'")
        tx.run("UPDATE state SET value = '999' WHERE name = 'roster'")
    found = check.check(
        town.runtime.db, town.runtime.service.shipped, town.runtime.service.settings, town.now
    )
    assert 22 in [finding.code for finding in found]
    assert "已存" in keep(admin, "community/groups", **groups(OWN))
    found = check.check(
        town.runtime.db, town.runtime.service.shipped, town.runtime.service.settings, town.now
    )
    assert 22 not in [finding.code for finding in found]


def test_a_limit_is_said_as_people_say_it(town: Town, admin: Seat) -> None:
    for said, kept in (
        ("24小时", "24h"), ("4天", "4d"), ("30 分钟", "30min"), ("三天", "3d"), ("24h", "24h"),
        ("5个工作日", "5wd"), ("两小时", "2h"), ("十个工作日", "10wd"), ("２个小时", "2h"),
        ("7D", "7d"), ("5wd", "5wd"), ("30min", "30min"),
    ):  # fmt: skip
        assert "已存" in keep(admin, "catalogue/repair.light", limit=said), said
        assert town.runtime.service.category("repair.light").limit == kept


def test_a_limit_is_shown_as_people_say_it(town: Town, admin: Seat) -> None:
    kept = town.runtime.service.category("repair.light").limit
    assert kept.endswith(("h", "d"))
    shown = str(form(admin, "catalogue/repair.light")["limit"])
    assert shown == kept.replace("h", "小时").replace("d", "天")
    assert f"　{shown}<" in admin.get("settings/catalogue?q=repair.light").text
    seen = look(admin, "catalogue/repair.light", limit="30分钟")
    assert f"<del>{shown}</del> <ins>30分钟</ins>" in seen
    for nonsense in ("fast", "很快", "", "3", "天", "99999天", "3天半"):
        assert "请写成 24小时、3天 或 5个工作日" in look(
            admin, "catalogue/repair.light", limit=nonsense
        )
    keep(admin, "catalogue/repair.light", limit="30分钟")
    assert f"<del>{shown}</del> <ins>30分钟</ins>" in admin.get("settings/history").text
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    [issue] = town.issues()
    assert (issue.done_due - issue.created_at).total_seconds() == 1800


def test_two_administrators_do_not_overwrite_each_other(town: Town, admin: Seat) -> None:
    stale = form(admin, "running/loop", step="keep", close_days="5")
    assert "已存" in keep(admin, "running/loop", close_days="7")
    assert "刚有别人改过" in admin.said("settings/running/loop", **stale)
    assert town.runtime.service.settings.loop.close_days == 7


def test_another_process_has_it_at_work_and_an_upgrade_does_not_lose_it(
    town: Town, admin: Seat
) -> None:
    keep(admin, "replies/small.thanks", text="不用谢。")
    keep(admin, "running/quiet", start="21:30")
    keep(admin, "community/days", days_off="2026-11-25")
    settings = Settings(data_dir=town.folder, simulator="on", wechat={"token": TOKEN})
    other = create_app(settings, lambda: town.now).extensions["huying"]
    assert other.service.content.replies["small.thanks"] == "不用谢。"
    assert f"{other.service.settings.quiet.start:%H:%M}" == "21:30"
    assert not other.service.is_workday(town.now.date().replace(day=25))
    keep(admin, "replies/small.thanks", text="客气啦。")
    with other.db.read() as tx:
        other.service.roster(tx)
    assert other.service.content.replies["small.thanks"] == "客气啦。"
    other.db.close()


def test_an_amendment_that_has_lost_its_place_is_reported_and_harms_nothing(
    town: Town, admin: Seat
) -> None:
    keep(admin, "replies/small.thanks", text="不用谢。")
    with town.runtime.db.write() as tx:
        tx.run("UPDATE amendments SET entry = 'gone.with_the_upgrade'")
        tx.run("UPDATE state SET value = '999' WHERE name = 'roster'")
    assert town.say("李秀兰", "谢谢") != "不用谢。"
    service = town.runtime.service
    found = check.check(town.runtime.db, service.shipped, service.settings, town.now)
    assert [f.code for f in found if "gone.with_the_upgrade" in f.text] == [65]


def test_what_is_shown_can_be_saved_back_unchanged(town: Town, admin: Seat) -> None:
    """Every entry of every area: its form reads back as what is there now."""
    for area, entries in {
        "catalogue": ["repair.light", "safety.gas"], "replies": ["small.thanks", "receipt.private"],
        "teams": list(town.runtime.service._roster._roster.teams),  # type: ignore[union-attr]
        "community": ["offices", "groups", "days", "numbers"],
        "running": ["quiet", "loop", "dialog", "practices", "media"],
        "lexicons": ["nature/always", "split/needed", "urgency/groups"],
    }.items():  # fmt: skip
        for entry in entries:
            if f"{entry}" in town.runtime.service.content.replies or area != "replies":
                response = admin.post(
                    f"settings/{area}/{entry}", **form(admin, f"{area}/{entry}", step="keep")
                )
                assert response.status_code == 302, (area, entry, response.text[-3000:])
    with town.runtime.db.read() as tx:
        assert amendments.page(tx, None, 9) == []
