"""The practices' words of command: in which shapes they count, and what they never swallow."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.contents import load_content
from handlers.practices import ANSWERS, AREAS, words
from handlers.words import Said

CONTENT = load_content(Path(__file__).parents[3] / "data" / "content")
WORDS = words(CONTENT)


def first(text: str) -> Said | None:
    return next((said for _, said in WORDS.said(text)), None)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("认领 愿-12", Said("claim", "wish", 12)),
        ("认领愿12", Said("claim", "wish", 12)),
        ("愿-12 认领", Said("claim", "wish", 12)),
        ("认岗 岗—3", Said("claim", "post", 3)),
        ("买单：愿－12 周六去", Said("claim", "wish", 12, "周六去")),
        ("发布 愿-1 一床电热毯", Said("publish", "wish", 1, "一床电热毯")),
        ("心愿单", Said("wishes")),
        ("心愿单！", Said("wishes")),
        ("许愿 想要一个书包", Said("wish", rest="想要一个书包")),
        ("报到 王春 司法局 法律 泉馨苑", Said("report", rest="王春 司法局 法律 泉馨苑")),
        ("报到", Said("report")),
        ("题-3 参加", Said("come", "topic", 3)),
        ("表决 题-1 甲/乙 7天", Said("vote_topic", "topic", 1, "甲/乙 7天")),
        ("表决 装不装 甲/乙 7天", Said("vote_open", rest="装不装 甲/乙 7天")),
        ("认筹 筹-1 200元", Said("pledge", "fund", 1, "200元")),
        ("核定 诉-1 +5 属实", Said("uphold", "appeal", 1, "5 属实")),
        ("受理调解 1123-01", Said("dispute_issue", rest="1123-01")),
        ("分配 捐-1 愿-1到愿-59", Said("allocate", "donation", 1, "愿-1到愿-59")),
        ("完成 访-3 买了菜", Said("duty_done", "visit", 3, "买了菜")),
        ("巡查", Said("patrol")),
        ("巡查 2 堆了纸箱", Said("patrol", rest="2 堆了纸箱")),
        ("报名", Said("choose_event")),
        ("报名活2", Said("sign_up", "event", 2)),
        ("我来了 活-2", Said("check_in", "event", 2)),
        ("院落 院-12 红 私拉电线", Said("yard", "yard", 12, "红 私拉电线")),
        ("知道了", Said("got_it")),
        ("附近充电", Said("near")),
        ("心灵驿站", Said("counsel")),
    ],
)
def test_what_counts(text: str, said: Said) -> None:
    assert first(text) == said


@pytest.mark.parametrize(
    "text",
    [
        "报到 1123-01",  # a unit has come at the whistle
        "认领",
        "认领一下快递",
        "认领 1号楼的快递没人管",
        "发布会几点开始",
        "心愿单在哪里贴着",
        "满意",
        "满意 1123-01",
        "撤销 1123-01",
        "撤销",
        "详情 1123-01",
        "同意 1123-01",
        "送达的快递丢了",
        "岗位没人管，门卫天天不在",
        "领低保要什么材料",
        "我来 3号楼修灯",
        "捐赠箱满了",
        "3号楼2单元楼道灯坏了",
        "开会吵到半夜没人管",
        "记录本丢了",
        "投票箱放在哪里",
        "协议 1123-01",
        "公示栏玻璃碎了",
        "推荐 一个好的理发店",
        "申诉 低保没有批下来",
        "兑换券过期了怎么办",
        "匿名举报电话是多少",
        "参加 广场舞的人太吵",
        "制度上墙的牌子掉了",
        "考核 3号楼的保洁",
        "题目太难",
        "主题 公园的灯坏了",
        "积分 3号楼的快递柜",
        "完成",
        "完成 1123-01 修好了",
        "结束",
        "名单",
        "签到",
        "签到处没有人",
        "活动室的灯坏了",
        "活动 中心的灯坏了",
        "报名处在哪里",
        "通知栏被撕了",
        "附近工地太吵了",
        "巡查的人好几天没来",
        "代办点几点开门",
        "问卷在哪里填",
        "心里难受 邻居天天吵",
        "整改通知贴了一个月没人动",
        "院落里堆了垃圾",
        "收到一条诈骗短信",
        "结对子的事怎么样了",
    ],
)
def test_what_is_left_to_others(text: str) -> None:
    assert first(text) is None


def test_numbers_in_a_text() -> None:
    assert WORDS.numbers("愿-1、愿2 捐-3，愿4号楼") == [("wish", 1), ("wish", 2), ("donation", 3)]


@pytest.mark.parametrize("area", AREAS)
def test_every_word_can_be_said_and_every_spoken_word_does_something(area: str) -> None:
    assert set(AREAS[area]) == set(CONTENT.practices[area].commands)


@pytest.mark.parametrize(
    ("area", "name"), [(area, name) for area, known in AREAS.items() for name in known]
)
def test_help_says_how(area: str, name: str) -> None:
    """A word without a line of its own is in another's line."""
    practice = CONTENT.practices[area]
    lines = "\n".join(practice.help.values())
    assert name in practice.help or any(word in lines for word in practice.commands[name])


def test_a_number_that_is_taken_belongs_to_a_kind() -> None:
    kinds = {key.removeprefix("number.") for key in CONTENT.replies if key.startswith("number.")}
    letters = [CONTENT.replies[f"number.{kind}"] for kind in kinds]
    assert len(set(letters)) == len(letters)
    for known in AREAS.values():
        for word in known.values():
            assert set(word.kinds) <= kinds
            assert (word.takes == "number") == bool(word.kinds)


def test_answers_have_their_own_names() -> None:
    assert all(name.count(".") == 1 for name in ANSWERS)
