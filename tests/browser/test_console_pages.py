"""The console in a real browser: every page of every role, and the main journeys by clicking."""

from __future__ import annotations

import gzip

import pytest
from playwright.sync_api import Browser, Response, expect

from tests.browser.console_site import ROLES, Console, SignIn, serious, watched
from tests.browser.fake_phones import DESK, PHONE
from tests.journey.seats import PASSWORD, seat

PAGES = ("today", "issues", "issues?status=open&q=楼道灯", "board", "issues/1123-01", "statistics",
         "ledger", "ledger/print", "reports", "reports/print", "grids", "grids/qr?what=places",
         "check", "wall", "staff",
         "log", "account")  # fmt: skip
SETTINGS = ("settings", "settings/history", "settings/catalogue", "settings/catalogue/repair.light",
            "settings/replies", "settings/replies/small.thanks", "settings/lexicons",
            "settings/lexicons/urgency/groups", "settings/teams", "settings/teams/xiaobanshou",
            "settings/community/offices", "settings/community/groups",
            "settings/running/quiet")  # fmt: skip
OFFICE_ONLY = ("check", "wall", "log", "staff")
MEMBERS = ("today", "issues", "board", "issues/1123-01", "account")


def pages_of(role: str) -> tuple[str, ...]:
    if role == "member":
        return MEMBERS
    if role == "worker":
        return tuple(page for page in PAGES if page not in OFFICE_ONLY)
    return (
        (*PAGES, *SETTINGS) if role == "admin" else tuple(page for page in PAGES if page != "staff")
    )


@pytest.mark.parametrize("size", [DESK, PHONE], ids=["desk", "phone"])
@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_clean_fits_and_is_accessible(
    sign_in: SignIn, console: Console, role: str, size: tuple[int, int]
) -> None:
    page = sign_in(ROLES[role], size)
    judged = role == "admin" or (size == PHONE and role in ("worker", "member"))
    if judged:
        watched(page)
    faults = []
    for path in pages_of(role):
        response = page.goto(f"{console.url}/{path}")
        assert response is not None
        assert response.status == 200, path
        if judged:
            faults += [f"{path}: {fault}" for fault in serious(page)]
        if "print" not in path and "qr" not in path:
            wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
            assert wide <= 0, f"{path} is {wide} px too wide"
    assert faults == []


def test_the_door_is_accessible_and_opens(browser: Browser, console: Console) -> None:
    seat(console.town, "wangfang")  # who has chosen a password already
    context = browser.new_context(viewport={"width": PHONE[0], "height": PHONE[1]})
    page = context.new_page()
    for path in ("setup", "signin"):
        page.goto(f"{console.url}/{path}")
        assert serious(page) == []
    page.get_by_label("账号").fill("wangfang")
    page.get_by_label("密码", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("heading", name="今日")).to_be_visible()
    context.close()


def test_an_issue_from_its_card_to_its_end_by_clicking(sign_in: SignIn, console: Console) -> None:
    page = sign_in("zhangjianguo", PHONE)
    page.get_by_role("button", name="接单 1123-01").first.click()
    expect(page.get_by_role("status").filter(has_text="已办好")).to_be_visible()
    page.get_by_role("link", name="1123-01").first.click()
    page.locator("summary", has_text="办结").click()
    page.get_by_label("做了什么").fill("换了灯泡")
    page.get_by_role("button", name="办结").click()
    expect(page.locator(".state").first).to_have_text("待评价")
    expect(page.locator(".steps")).to_contain_text("换了灯泡")
    console.town.say("李秀兰", "满意")
    page.reload()
    expect(page.locator(".state").first).to_have_text("已结案")


def test_a_category_is_corrected_with_one_click_and_undone(sign_in: SignIn) -> None:
    page = sign_in("wangfang")
    page.goto(page.url.replace("today", "issues/1123-01"))
    page.locator(".sure button").first.click()
    expect(page.get_by_text("以后这样的话会照此分类")).to_be_visible()
    page.get_by_role("button", name="撤销改类").click()
    expect(page.locator("h1")).to_contain_text("楼道灯")


def test_two_issues_are_merged_from_what_looks_alike(sign_in: SignIn, console: Console) -> None:
    page = sign_in("wangfang")
    page.goto(f"{console.url}/issues/1123-03")
    page.get_by_role("button", name="并入它：1123-01").click()
    expect(page.locator(".state").first).to_have_text("已并入")
    page.get_by_role("button", name="拆开").click()
    expect(page.locator(".state").first).to_have_text("待接单")


def test_today_renews_itself_and_speaks_of_emergencies(sign_in: SignIn, console: Console) -> None:
    page = sign_in("wangfang")
    page.get_by_role("button", name="响铃").click()
    expect(page.get_by_role("button", name="响铃：开")).to_be_visible()
    page.mouse.click(5, 400)
    page.evaluate("document.activeElement.blur()")
    console.town.say("张伟", "我家闻到煤气味了")
    expect(page.locator(".pile.urgent")).to_be_visible(timeout=15000)
    expect(page.locator("#news")).to_contain_text("有新的紧急事项")


def test_search_filter_and_a_saved_view(sign_in: SignIn) -> None:
    page = sign_in("gaojianmin")
    page.get_by_role("searchbox", name="搜索事项").fill("楼道灯")
    page.keyboard.press("Enter")
    expect(page.locator("tbody tr")).to_have_count(2)
    page.get_by_role("combobox", name="网格").select_option("CYJ-2-1-1")
    page.get_by_role("button", name="筛选").click()
    expect(page.locator("tbody tr")).to_have_count(1)
    page.get_by_label("把这次筛选存下来").fill("泉馨苑的灯")
    page.get_by_role("button", name="存", exact=True).click()
    page.goto(page.url.split("?")[0])
    page.get_by_role("link", name="泉馨苑的灯").click()
    expect(page.locator("tbody tr")).to_have_count(1)


def test_statistics_draw_their_charts_and_a_figure_leads_to_its_issues(sign_in: SignIn) -> None:
    page = sign_in("gaojianmin")
    page.get_by_role("link", name="统计").click()
    expect(page.locator(".chart canvas").first).to_be_visible()
    page.locator(".tiles a").first.click()
    expect(page.locator("tbody tr")).to_have_count(5)


def test_the_ledger_comes_as_a_book(sign_in: SignIn) -> None:
    page = sign_in("gaojianmin")
    page.get_by_role("link", name="台账").click()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="导出 Excel").click()
    assert waiting.value.suggested_filename.endswith(".xlsx")


def test_a_setting_is_looked_at_kept_and_taken_back(sign_in: SignIn) -> None:
    page = sign_in("wuqian")
    page.get_by_role("link", name="设置").click()
    page.get_by_role("link", name="分类目录").click()
    page.get_by_role("link", name="楼道灯/路灯").click()
    page.get_by_label("办结时限").fill("0d")
    page.get_by_role("button", name="先试算").click()
    expect(page.get_by_role("alert").filter(has_text="这样存不了")).to_contain_text("C55")
    expect(page.get_by_role("button", name="存", exact=True)).to_have_count(0)
    page.get_by_label("办结时限").fill("两天")
    page.get_by_role("button", name="先试算").click()
    expect(page.locator("#prospect")).to_contain_text("2天")
    expect(page.get_by_text("换了时限")).to_be_visible()
    assert serious(page) == []
    page.get_by_role("button", name="存", exact=True).click()
    expect(page.get_by_role("status").filter(has_text="已存")).to_be_visible()
    page.get_by_role("link", name="设置", exact=True).click()
    page.get_by_role("button", name="退回 楼道灯/路灯").click()
    expect(page.get_by_label("办结时限")).to_have_value("3天")


def test_everything_can_be_reached_and_done_with_the_keyboard(sign_in: SignIn) -> None:
    page = sign_in("zhangjianguo")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    page.keyboard.press("Enter")
    for _ in range(30):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent.trim()") == "接单":
            break
    page.keyboard.press("Enter")
    expect(page.get_by_role("status").filter(has_text="已办好")).to_be_visible()


def test_the_first_load_is_small(sign_in: SignIn) -> None:
    """Every answer to the first visit of the heaviest page, compressed as it is sent."""
    page = sign_in("gaojianmin")
    sent: list[int] = []

    def weigh(response: Response) -> None:
        packed = response.headers.get("content-encoding") == "gzip"
        body = response.body()
        sent.append(len(gzip.compress(body, 9)) if packed else len(body))

    page.on("response", weigh)
    page.goto(page.url.replace("today", "statistics"))
    page.wait_for_load_state("networkidle")
    assert len(sent) >= 2
    assert sum(sent) < 300_000
