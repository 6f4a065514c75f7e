"""The practices at the console in a real browser: each page of each role, journeys by clicking."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Page, Response, expect

from console.practices.areas import AREAS
from console.practices.shape import Asked
from data.tables import issues as table
from data.tables import roster
from tests.browser.console_site import ROLES, Console, SignIn, serious, watched
from tests.browser.fake_phones import DESK, PHONE
from tests.journey.practised import practise
from tests.journey.test_console_lists import acting

BAD = "编号,名称,类型\nqizhong,第七中学,驻区单位\n,没有编号,驻区单位\nsifa,司法局,什么\n"
GOOD = "编号,名称,类型,成员\nqizhong,第七中学,驻区单位,dongmei\nsifa,司法局,司法,lihui\n"


@pytest.fixture
def practised(console: Console) -> Console:
    practise(console.town)
    return console


def paths(site: Console, person: str) -> list[str]:
    """Every list that somebody may read, and a row of each; every form, as the secretary has it."""
    found = ["practices"]
    with site.town.runtime.db.read() as tx:
        act = acting(site.town, tx, person)
        for name, area in AREAS.items():
            if not area.may(act):
                continue
            found.append(f"practices/{name}")
            rows = area.find(act, Asked()).rows
            found += [f"practices/{name}/{area.key(row)}" for row in rows[:1]]
            if area.may_new(act) and act.person.role == "secretary":
                found += [f"practices/{name}/new/{doing.name}" for doing in area.new]
    if act.person.role in ("secretary", "admin"):
        found += ["imports", "imports/units"]
    if act.person.role != "member":
        found.append("issues/new")
    return found


@pytest.mark.parametrize(
    ("role", "size"),
    [
        pytest.param(role, size, id=f"{role}-{'desk' if size == DESK else 'phone'}")
        for role in ROLES
        for size in (DESK, PHONE)
        if role in ("secretary", "worker") or size == (PHONE if role == "member" else DESK)
    ],
)
def test_every_page_opens_clean_fits_and_is_accessible(
    sign_in: SignIn, practised: Console, role: str, size: tuple[int, int]
) -> None:
    page = sign_in(ROLES[role], size)
    page.set_default_timeout(30_000)  # there are many, and machines that are busy
    judged = (role, size) in (("secretary", DESK), ("worker", PHONE))
    if judged:
        watched(page)
    faults = []
    for path in paths(practised, ROLES[role]):
        response = page.goto(f"{practised.url}/{path}")
        assert response is not None
        assert response.status == 200, path
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{path} is {wide} px too wide"
        if judged:
            faults += [f"{path}: {fault}" for fault in serious(page)]
    assert faults == []


def test_units_are_imported_with_their_faults_and_a_preview(
    sign_in: SignIn, practised: Console, tmp_path: Path
) -> None:
    """What is wrong is said row by row, nothing is written; then it is shown, then written."""
    (tmp_path / "bad.csv").write_text(BAD, encoding="utf-8-sig")
    (tmp_path / "good.csv").write_bytes(GOOD.encode("gb18030"))
    page = sign_in("gaojianmin")
    page.get_by_role("link", name="业务").click()
    page.get_by_role("link", name="单位", exact=False).filter(has_text="驻区单位和职能部门").click()
    page.get_by_role("link", name="导入单位").click()
    page.get_by_label("表格文件").set_input_files(tmp_path / "bad.csv")
    page.get_by_role("button", name="先看有没有错").click()
    expect(page.get_by_role("alert")).to_contain_text("一行都没有写进去：有 2 处要改")
    expect(page.get_by_role("row").nth(1)).to_contain_text("编号 不能为空")
    page.get_by_label("表格文件").set_input_files(tmp_path / "good.csv")
    page.get_by_role("button", name="先看有没有错").click()
    expect(page.get_by_role("status")).to_contain_text("共 2 行，没有错")
    expect(page.get_by_text("会去掉的")).to_be_visible()
    before = units(practised)
    page.get_by_role("button", name="导入 2 行").click()
    expect(page.get_by_role("status")).to_contain_text("导入了 2 行")
    assert len(before) > 2
    assert set(units(practised)) == {"第七中学", "司法局"}


def units(site: Console) -> list[str]:
    with site.town.runtime.db.read() as tx:
        return [team.name for team in roster.teams(tx) if team.source == "units"]


def test_a_wish_from_publishing_to_fulfilled(sign_in: SignIn, practised: Console) -> None:
    """A grid worker enters it, the secretary publishes it, a member brings it on his phone."""
    worker = sign_in("wangfang")
    worker.goto(f"{practised.url}/practices/wishes")
    worker.get_by_role("link", name="替人登记心愿").click()
    worker.get_by_label("给谁").fill("周玉珍")
    worker.get_by_label("想要什么").fill("给周玉珍修一修收音机")
    worker.get_by_label("小区").select_option("泉馨苑小区")
    worker.get_by_role("button", name="替人登记心愿").click()
    expect(worker.locator("h1")).to_contain_text("愿-3 给")
    expect(worker.locator("h1")).not_to_contain_text("周玉珍")

    office = sign_in("gaojianmin")
    office.goto(f"{practised.url}/practices/wishes")
    office.get_by_role("link", name="愿-3").click()
    expect(office.locator("main")).not_to_contain_text("周玉珍")
    act(office, "发布", {"公开的说法": "修一台收音机"})
    expect(office.locator(".state").first).to_have_text("可认领")

    member = sign_in("zhangjianguo", PHONE)
    member.goto(f"{practised.url}/practices/wishes")
    member.get_by_role("link", name="愿-3").click()
    member.get_by_role("button", name="认领").click()
    expect(member.locator(".facts")).to_contain_text("周玉珍")
    act(member, "送达", {"送了什么": "收音机修好了"})

    worker.goto(f"{practised.url}/practices/wishes/3")
    worker.get_by_role("button", name="确认收到").click()
    expect(worker.locator(".state").first).to_have_text("已完成")
    expect(worker.locator(".steps")).to_contain_text("收音机修好了")


def act(page: Page, name: str, words: dict[str, str]) -> None:
    """Open a form of 办理, fill it in, and send it."""
    page.locator("#do summary", has_text=name).first.click()
    form = page.locator("#do details[open]")
    for label, text in words.items():
        form.get_by_label(label).fill(text)
    form.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已办好")).to_be_visible()


def test_a_topic_through_deliberation(sign_in: SignIn, practised: Console) -> None:
    """Invited, talked over, resolved, tracked; what is wrong is said beside its field."""
    page = sign_in("gaojianmin")
    page.goto(f"{practised.url}/practices/topics")
    page.get_by_role("link", name="题-1").click()
    page.locator("#do summary", has_text="邀请").click()
    form = page.locator("#do details[open]")
    form.get_by_label("惠民物业服务站").check()
    form.get_by_label("地点").fill("议事亭")
    form.get_by_role("button", name="邀请", exact=True).click()
    expect(page.locator(".state").first).to_have_text("已邀请")
    page.get_by_role("button", name="开会").click()
    act(page, "记录", {"谁说了什么": "李秀兰：下雪天台阶滑"})
    page.locator("#do summary", has_text="付表决").click()
    form = page.locator("#do details[open]")
    form.get_by_label("选项").fill("只有一个")
    form.get_by_label("一共几户").fill("120")
    form.get_by_role("button", name="付表决", exact=True).click()
    expect(page.locator(".field.wrong .fault")).to_be_visible()
    expect(page.locator("#do details[open]").get_by_label("一共几户")).to_have_value("120")
    act(page, "决议", {"定下来什么": "三栋楼前都装扶手"})
    expect(page.locator(".state").first).to_have_text("已决议")
    page.locator("#do summary", has_text="跟踪").click()
    form = page.locator("#do details[open]")
    form.get_by_label("谁来做").select_option(label="惠民物业服务站")
    form.get_by_label("做什么").fill("装好三处扶手")
    form.get_by_label("几天").fill("20")
    form.get_by_role("button", name="跟踪", exact=True).click()
    expect(page.locator(".state").first).to_have_text("跟踪中")
    expect(page.get_by_role("region", name="议定的事")).to_contain_text("装好三处扶手")
    expect(page.locator(".steps")).to_contain_text("下雪天台阶滑")
    with practised.town.runtime.db.read() as tx:
        assert table.latest(tx)[0].text == "装好三处扶手"


def test_a_questionnaire_at_the_door_on_a_phone(sign_in: SignIn, practised: Console) -> None:
    """Question by question as the secretary wrote them; nobody is asked twice."""
    page = sign_in("wangfang", PHONE)
    page.goto(f"{practised.url}/practices/doorsteps")
    page.get_by_role("link", name="卷-1").click()
    for told in ("已办好", "这位已经答过了"):
        page.locator("#do summary", has_text="入户代填").click()
        form = page.locator("#do details[open]")
        form.get_by_label("替谁填").fill("周玉珍")
        form.get_by_label("他住哪个小区").select_option("泉馨苑小区")
        form.get_by_label("1. 最缺什么").select_option("座椅")
        form.get_by_label("2. 还想说什么").fill("晚上太黑")
        form.get_by_role("button", name="入户代填", exact=True).click()
        expect(page.get_by_text(told)).to_be_visible()
    page.get_by_role("link", name="看结果").click()
    expect(page.get_by_role("region", name="结果")).to_contain_text("座椅")
    expect(page.locator("main")).not_to_contain_text("周玉珍")


def test_a_call_is_written_down_and_called_back(sign_in: SignIn, practised: Console) -> None:
    page = sign_in("wangfang")
    page.goto(f"{practised.url}/issues")
    page.get_by_role("link", name="登记电话、来访").click()
    page.get_by_label("怎么来的").select_option(label="电话")
    page.get_by_label("居民怎么说").fill("2号楼1单元的楼道灯坏了")
    page.get_by_label("姓名").fill("王大妈")
    page.locator("#enter-phone").fill("1381")
    page.get_by_label("小区").select_option("泉馨苑小区")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.locator(".field.wrong .fault")).to_be_visible()
    page.locator("#enter-phone").fill("13812345678")
    page.get_by_role("button", name="登记", exact=True).click()
    expect(page.get_by_role("status").first).to_contain_text("已登记，由小扳手志愿服务队负责")
    number = page.locator("h1 .no").inner_text()
    practised.town.say("张建国", f"接单 {number}")
    practised.town.say("张建国", f"办结 {number} 换了灯泡")
    page.reload()
    page.locator("#do summary", has_text="记电话回访").click()
    form = page.locator("#do details[open]")
    form.get_by_label("有", exact=True).check()
    form.get_by_label("解决了", exact=True).check()
    form.get_by_label("满不满意").select_option("satisfied")
    form.get_by_role("button", name="记电话回访").click()
    expect(page.locator(".state").first).to_have_text("已结案")
    expect(page.locator(".steps")).to_contain_text("电话回访")


def test_a_list_comes_as_a_book(sign_in: SignIn, practised: Console) -> None:
    page = sign_in("gaojianmin")
    page.goto(f"{practised.url}/practices/tasks")
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 Excel").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")


def test_the_first_load_of_a_list_is_small(sign_in: SignIn, practised: Console) -> None:
    """Compressed or not: everything that the longest page of a list brings."""
    for number in range(40):
        practised.town.say("吴倩", f"设岗 {number}号楼道巡查 2人 泉馨苑")
    page = sign_in("gaojianmin")
    sent: list[int] = []

    def weigh(response: Response) -> None:
        sent.append(len(response.body()))

    page.on("response", weigh)
    page.goto(f"{practised.url}/practices/posts")
    page.wait_for_load_state("networkidle")
    assert sum(sent) < 300_000
