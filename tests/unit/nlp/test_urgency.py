"""Emergencies are found however calmly told, and taken back only for a reason that is given."""

from __future__ import annotations

import pytest

from nlp import Understander


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("厨房煤气漏了，味道很冲", "safety.gas"),
        ("五楼着火了，烟很大", "safety.fire"),
        ("我爸突然晕倒叫不醒", "safety.medical"),
        ("电梯困住人了，里面有老人", "safety.lift_trapped"),
        ("电线掉地上了冒火花，旁边有孩子", "safety.electric"),
        ("有人站在楼顶要跳楼", "safety.violence"),
        ("我家孩子走丢了，五岁，穿红衣服", "safety.missing"),
    ],
)
def test_emergencies(understander: Understander, text: str, category: str) -> None:
    found = understander.understand(text)
    assert found.intent == "report"
    assert (found.parts[0].category, found.parts[0].urgency) == (category, "U0")


@pytest.mark.parametrize(
    "text",
    [
        "没着火，别担心，就是楼道灯坏了",
        "去年着火熏黑的那面墙能不能刷一下",
        "万一煤气漏了怎么办，想学一学",
        "听说外地有个小区着火了",
        "灶打不着火，是不是停气了",
        "我们这一片从早上就没气了，饭都做不成",
        "股票跌得我想跳楼哈哈哈",
        "孩子走丢过一次，后来找到了，想领个定位手环",
    ],
)
def test_what_is_no_emergency(understander: Understander, text: str) -> None:
    assert all(part.urgency != "U0" for part in understander.understand(text).parts)


def test_a_downgrade_says_why(understander: Understander) -> None:
    found = understander.understand("去年着火熏黑的那面墙，麻煩找人刷一下")
    assert found.parts
    assert all(part.urgency_reason for part in found.parts)


@pytest.mark.parametrize(
    "text",
    [
        "四楼着火了烟好大，吓死人了快来人",
        "我怕他跳楼，他站在楼顶边上哭",
        "我爸晕倒了叫不醒，要命啊快来",
    ],
)
def test_fright_does_not_take_an_alarm_back(understander: Understander, text: str) -> None:
    assert understander.understand(text).parts[0].urgency == "U0"


def test_life_support_without_power(understander: Understander) -> None:
    found = understander.understand("停电了，我妈靠呼吸机，电池只剩十分钟")
    assert found.parts[0].urgency == "U0"


def test_the_other_request_keeps_its_level(understander: Understander) -> None:
    found = understander.understand("四楼着火了快来人，另外小区车位怎么租")
    assert {part.urgency for part in found.parts} == {"U0", "U3"}


def test_an_unnamed_danger_needs_somebody_in_it(understander: Understander) -> None:
    """A lift that beeps is a repair; the same lift with a pregnant woman in it is not."""
    for text, urgent in (
        ("电梯门关不上，一直嘀嘀叫", False),
        ("电梯门关不上，一直嘀嘀叫，里面有个孕妇", True),
    ):
        [level, *_] = [part.urgency for part in understander.understand(text).parts]
        assert (level == "U0") is urgent, text
