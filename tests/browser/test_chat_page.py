"""The simulator as a person uses it: writing, watching the other phones, and things going wrong."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.fake_phones import GROUP, PHONE, Site

Visit = Callable[..., Page]


def phone(page: Page, name: str) -> Locator:
    return page.get_by_role("region", name=f"{name}的手机")


def write(owner: Locator, text: str) -> None:
    owner.locator("textarea").fill(text)
    owner.locator("textarea").press("Enter")


def bubbles(owner: Locator) -> Locator:
    return owner.locator(".bubble")


def test_three_phones_lie_ready(visit: Visit) -> None:
    page = visit()
    expect(page.locator(".phone .name")).to_have_text(["李秀兰", "王芳", "张建国"])
    expect(phone(page, "李秀兰").get_by_role("tab")).to_have_text(["呼应", "泉馨苑邻里群"])


def test_enter_sends_and_the_answer_comes(visit: Visit) -> None:
    lisa = phone(visit(), "李秀兰")
    write(lisa, "3号楼2单元的楼道灯坏了")
    expect(bubbles(lisa)).to_have_text(
        ["3号楼2单元的楼道灯坏了", "已受理，编号 1123-01。 回“进度”随时查看。"]
    )
    expect(lisa.locator(".own .bubble")).to_have_count(1)
    expect(lisa.locator("textarea")).to_have_value("")


def test_shift_enter_breaks_the_line_and_composing_does_not_send(visit: Visit, site: Site) -> None:
    lisa = phone(visit(), "李秀兰")
    box = lisa.locator("textarea")
    box.fill("第一行")
    box.press("Shift+Enter")
    box.press_sequentially("x")
    expect(box).to_have_value("第一行\nx")
    box.evaluate(
        "box => box.dispatchEvent(new KeyboardEvent('keydown',"
        " {key: 'Enter', isComposing: true, bubbles: true, cancelable: true}))"
    )
    expect(box).to_have_value("第一行\nx")
    assert site.phones.lines == []


def test_what_is_said_is_text_and_never_markup(visit: Visit) -> None:
    lisa = phone(visit(), "李秀兰")
    write(lisa, "<img src=x onerror=alert(1)><b>灯</b>")
    expect(bubbles(lisa).first).to_have_text("<img src=x onerror=alert(1)><b>灯</b>")
    expect(lisa.locator(".bubble img, .bubble b")).to_have_count(0)


def test_a_push_lands_on_its_phone_by_itself(visit: Visit, site: Site) -> None:
    page = visit()
    site.phones.push("zhang", None, "【派单】1123-07\n楼道灯")
    zhang = phone(page, "张建国")
    expect(zhang.locator(".card .title")).to_have_text("派单 1123-07")
    expect(bubbles(zhang)).to_have_text(["派单 1123-07楼道灯"])
    expect(bubbles(phone(page, "王芳"))).to_have_count(0)


def test_a_title_is_the_first_line_unless_that_is_long_and_stands_out_in_danger(
    visit: Visit, site: Site
) -> None:
    site.phones.push("lisa", None, "【燃气危险】请马上：\n1. 关掉阀门")
    site.phones.push(
        "lisa", None, "【隐私说明】您发来的诉求、地点和称呼只用来为您办事，不作别的用。"
    )
    site.phones.push("lisa", None, "【日报】")
    site.phones.say("lisa", None, "【我写的】不是卡片")
    lisa = phone(visit(), "李秀兰")
    expect(lisa.locator(".card .title")).to_have_text(["燃气危险 请马上：", "隐私说明", "日报"])
    expect(lisa.locator(".urgent")).to_have_count(1)
    expect(bubbles(lisa).nth(1)).to_contain_text("您发来的诉求、地点")
    expect(lisa.locator(".own .bubble")).to_have_text("【我写的】不是卡片")


def test_a_group_is_seen_by_all_its_members_and_unread_is_marked(visit: Visit) -> None:
    page = visit()
    lisa, wang = phone(page, "李秀兰"), phone(page, "王芳")
    lisa.get_by_role("tab", name="泉馨苑邻里群").click()
    write(lisa, "楼道灯坏了")
    expect(bubbles(lisa)).to_have_count(2)
    expect(wang.locator(".tab .dot").nth(1)).to_have_text("2")
    wang.get_by_role("tab", name="泉馨苑邻里群").click()
    expect(wang.locator(".tab .dot").nth(1)).to_be_hidden()
    expect(bubbles(wang)).to_have_text(["楼道灯坏了", "收到，编号 1123-01，详情私信。"])
    expect(wang.locator(".sender:not(.unseen)")).to_have_text(["李秀兰", "呼应"])


def test_silence_in_a_group_is_explained(visit: Visit) -> None:
    lisa = phone(visit(fragment=f"#lisa={GROUP}"), "李秀兰")
    write(lisa, "哈哈，今天真冷")
    expect(lisa.locator(".note")).to_have_text("机器人没有出声：群里的闲聊，它只听不插话。")


def test_a_phone_that_is_not_open_asks_to_be_seen(visit: Visit, site: Site) -> None:
    page = visit()
    site.phones.push("lihui", None, "【派单】1123-02 法律咨询")
    page.locator("#elsewhere").get_by_role("button").click()
    expect(bubbles(phone(page, "李慧"))).to_have_count(1)
    expect(page.locator("#elsewhere")).to_be_hidden()
    expect(page.get_by_role("button", name="加一部手机")).to_be_disabled()


def test_what_was_said_before_is_shown_but_is_not_news(visit: Visit, site: Site) -> None:
    site.phones.say("wang", GROUP, "明天停水", ago=1500)
    site.phones.push("gao", None, "日报", ago=10)
    page = visit(fragment=f"#lisa={GROUP}&wang=")
    expect(bubbles(phone(page, "李秀兰"))).to_have_text(["明天停水"])
    expect(phone(page, "李秀兰").locator(".time")).to_have_count(1)
    expect(page.locator(".dot:visible")).to_have_count(0)
    expect(page.locator("#elsewhere")).to_be_hidden()


def test_times_part_what_was_said_hours_apart(visit: Visit, site: Site) -> None:
    for ago in (300, 299, 60):
        site.phones.say("lisa", None, "在吗", ago=ago)
    expect(phone(visit(), "李秀兰").locator(".time")).to_have_count(2)


def test_a_number_and_a_ready_phrase_go_into_the_line(visit: Visit, site: Site) -> None:
    site.phones.push("zhang", None, "【派单】1123-07\n电话 0353-0001001，13900000101")
    zhang = phone(visit(), "张建国")
    expect(zhang.locator(".number")).to_have_text(["1123-07"])
    zhang.locator("textarea").fill("退单")
    zhang.locator(".number").click()
    expect(zhang.locator("textarea")).to_have_value("退单 1123-07 ")
    zhang.get_by_role("button", name="办结：已更换灯泡").click()
    expect(zhang.locator("textarea")).to_have_value("办结 1123-07 已更换灯泡")
    expect(zhang.locator("textarea")).to_be_focused()


def test_a_message_that_was_not_taken_stays_and_can_be_sent_again(visit: Visit, site: Site) -> None:
    lisa = phone(visit(), "李秀兰")
    site.phones.failing = 503
    write(lisa, "家里一股煤气味")
    expect(lisa.get_by_role("alert")).to_contain_text("微信回调没有收下这句话（状态 503）")
    site.phones.failing = 0
    lisa.get_by_role("button", name="重发").click()
    expect(bubbles(lisa)).to_have_count(2)
    expect(lisa.get_by_role("alert")).to_have_count(0)


def test_a_message_that_was_not_taken_can_be_dropped(visit: Visit, site: Site) -> None:
    lisa = phone(visit(), "李秀兰")
    site.phones.failing = 500
    write(lisa, "算了")
    lisa.get_by_role("button", name="不发了").click()
    expect(bubbles(lisa)).to_have_count(0)


def test_a_lost_server_is_told_and_found_again(visit: Visit, site: Site) -> None:
    page = visit()
    page.route("**/chat/feed*", lambda route: route.abort())
    expect(page.locator("#trouble")).to_contain_text("连不上服务器")
    site.phones.push("lisa", None, "我回来了")
    page.unroute("**/chat/feed*")
    expect(bubbles(phone(page, "李秀兰"))).to_have_text(["我回来了"])
    expect(page.locator("#trouble")).to_be_hidden()


def test_a_restarted_server_starts_the_page_over(visit: Visit, site: Site) -> None:
    page = visit()
    site.phones.push("lisa", None, "旧的一句")
    lisa = phone(page, "李秀兰")
    expect(bubbles(lisa)).to_have_count(1)
    again = '{"epoch": "other", "lines": [{"id": 1, "actor": "lisa", "chat": null, "kind": "text",'
    again += (
        ' "actions": [], "sender_name": "呼应", "mine": false, "text": "新的一句",'
        ' "at": "2026-11-23T01:00Z"}]}'
    )
    none = '{"epoch": "other", "lines": []}'
    page.route(
        "**/chat/feed*",
        lambda route: route.fulfill(
            body=again if route.request.url.endswith("after=0") else none,
            content_type="application/json",
        ),
    )
    expect(bubbles(lisa)).to_have_text(["新的一句"])


def test_a_phone_changes_hands_and_is_put_away(visit: Visit) -> None:
    page = visit()
    phone(page, "张建国").get_by_label("这部手机是谁的").select_option("gao")
    expect(page.locator(".phone .name")).to_have_text(["李秀兰", "王芳", "高建民"])
    phone(page, "王芳").get_by_role("button", name="收起这部手机").click()
    expect(page.locator(".phone .name")).to_have_text(["李秀兰", "高建民"])
    page.reload()
    expect(page.locator(".phone .name")).to_have_text(["李秀兰", "高建民"])


def test_nobody_holds_two_phones(visit: Visit) -> None:
    page = visit()
    choice = phone(page, "张建国").locator(".picker option", has_text="王芳")
    expect(choice).to_be_disabled()


def test_a_photo_and_a_code_on_the_wall(visit: Visit) -> None:
    lisa = phone(visit(), "李秀兰")
    lisa.get_by_role("button", name="照片和扫码").click()
    lisa.get_by_role("button", name="发一张样张").click()
    expect(lisa.locator(".bubble.photo")).to_have_count(1)
    lisa.get_by_role("button", name="照片和扫码").click()
    lisa.get_by_label("哪个院里的码").select_option("yard-elm-2")
    lisa.get_by_role("button", name="扫院里的码").click()
    expect(lisa.locator(".note")).to_have_text("扫了泉馨苑小区5至8号楼的码")


def test_tabs_answer_to_the_arrow_keys_and_keep_what_was_being_written(visit: Visit) -> None:
    lisa = phone(visit(), "李秀兰")
    lisa.locator("textarea").fill("还没写完")
    lisa.get_by_role("tab", name="呼应").press("ArrowRight")
    expect(lisa.get_by_role("tab", name="泉馨苑邻里群")).to_be_focused()
    expect(lisa.get_by_role("tab", name="泉馨苑邻里群")).to_have_attribute("aria-selected", "true")
    expect(lisa.locator("textarea")).to_have_value("")
    lisa.get_by_role("tab", name="泉馨苑邻里群").press("ArrowRight")
    expect(lisa.locator("textarea")).to_have_value("还没写完")


def test_a_narrow_screen_shows_one_phone_and_the_way_to_the_others(
    visit: Visit, site: Site
) -> None:
    page = visit(PHONE)
    expect(page.locator(".phone:visible .name")).to_have_text(["李秀兰"])
    site.phones.push("zhang", None, "【派单】1123-07")
    zhang = page.locator("#switcher").get_by_role("button", name="张建国")
    expect(zhang.locator(".dot")).to_have_text("1")
    zhang.click()
    expect(page.locator(".phone:visible .name")).to_have_text(["张建国"])
    expect(zhang.locator(".dot")).to_be_hidden()


@pytest.mark.parametrize("size", [(1366, 768), (1024, 700), (390, 844), (320, 568)])
def test_nothing_spills_over_the_edge(visit: Visit, site: Site, size: tuple[int, int]) -> None:
    long = "楼道" * 200 + " https://example.org/" + "x" * 200
    site.phones.say("lisa", None, long)
    site.phones.push("lisa", None, f"【{'很长的标题' * 6}】{long}")
    page = visit(size)
    lisa = phone(page, "李秀兰")
    expect(bubbles(lisa)).to_have_count(2)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight")
    tail = 6  # pixels by which a bubble's tail sticks out
    for selector in (".log", ".bubble >> nth=0", ".bubble >> nth=1"):
        spilled = lisa.locator(selector).evaluate("el => el.scrollWidth - el.clientWidth")
        assert spilled <= tail, selector
    box = lisa.locator(".send").bounding_box()
    assert box is not None
    assert box["y"] + box["height"] <= size[1]


def test_a_crowded_log_stays_at_its_end_until_one_reads_back(visit: Visit, site: Site) -> None:
    for count in range(30):
        site.phones.push("lisa", None, f"第{count}条")
    lisa = phone(visit(), "李秀兰")
    expect(bubbles(lisa).last).to_be_in_viewport()
    lisa.locator(".log").evaluate("log => { log.scrollTop = 0; }")
    site.phones.push("lisa", None, "又一条")
    expect(bubbles(lisa)).to_have_count(31)
    expect(bubbles(lisa).first).to_be_in_viewport()
    assert lisa.locator(".log").evaluate("log => log.scrollTop") == 0


def test_every_control_has_a_name(visit: Visit, site: Site) -> None:
    site.phones.push("lisa", None, "编号 1123-01")
    page = visit()
    expect(page.locator(".number")).to_have_count(1)
    for role in ("button", "textbox", "combobox", "tab", "log", "region"):
        found = page.get_by_role(role).all()
        assert found, role
        for control in found:
            assert control.aria_snapshot().split("\n")[0].count('"') >= 2, control


def test_a_cards_button_is_tapped_or_completed(visit: Visit, site: Site) -> None:
    zhang = phone(visit(), "张建国")
    buttons = (("接单", "accept:1123-01"), ("退单", "decline:1123-01"))
    site.phones.push("zhang", None, "【新工单】1123-01\n楼道灯", actions=buttons)
    zhang.locator(".action", has_text="退单").click()
    expect(zhang.locator("textarea")).to_have_value("退单 1123-01 ")
    zhang.locator(".action", has_text="接单").click()
    expect(zhang.locator(".own .bubble")).to_have_text(["接单 1123-01"])
