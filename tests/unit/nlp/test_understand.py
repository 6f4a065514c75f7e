"""Intent, category, splitting, nature and mentions through the facade."""

from __future__ import annotations

import dataclasses

import pytest

from bench.knowledge import ROOT
from nlp import Understander
from nlp.values import Knowledge


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("楼道灯坏了，麻烦派人修一下", "report"),
        ("请问居住证怎么办理", "report"),
        ("停水了", "report"),
        ("电梯坏了", "report"),
        ("锦绣路边垃圾没人收", "report"),
        ("收到，明白了", "chatter"),
        ("哈哈哈哈", "chatter"),
        ("[微笑][微笑]", "chatter"),
        ("", "chatter"),
        ("周日上午去省城的顺风车，还有两个空位", "chatter"),
        ("自家种的黄瓜，三块一斤，要的私聊我", "chatter"),
        ("接龙 买鸡蛋\n1. 小王 2盒\n2. 老赵 1盒", "chatter"),
        ("救命，这火锅太好吃了", "chatter"),
        ("谢谢师傅，辛苦了", "thanks"),
        ("我上次报的水管修了吗", "progress"),
        ("都三天了还没人来，催一下", "urge"),
        ("我家也是", "metoo"),
        ("+1", "metoo"),
        ("补充一下，是2单元的", "supplement"),
        ("3号楼2单元", "supplement"),
        ("修好了，很满意", "rate"),
        ("不用来了，我自己弄好了", "withdraw"),
        ("转人工", "human"),
        ("你能做什么", "help"),
    ],
)
def test_intents(understander: Understander, text: str, intent: str) -> None:
    assert understander.understand(text).intent == intent


@pytest.mark.parametrize(
    ("text", "category"),
    [
        ("晚上上楼得打手电，一盏都不亮", "repair.light"),
        ("下水到堵了，脏水往上返", "repair.drain"),  # a typo that sounds right
        ("單元門關不上，誰都能進", "repair.door"),
        ("暖气片冰凉，家里才十四度", "utility.heating"),
    ],
)
def test_categories_with_reasons(understander: Understander, text: str, category: str) -> None:
    part = understander.understand(text).parts[0]
    assert part.category == category
    assert part.top[0][0] == category
    assert len(part.top) == 3
    assert 0.0 <= part.confidence <= 1.0
    assert part.evidence
    assert all(word in part.text.upper() for word in part.evidence)


def test_two_requests_are_two_parts(understander: Understander) -> None:
    found = understander.understand("3号楼单元门坏了关不上，另外想问一下老年卡怎么办")
    assert [p.category for p in found.parts] == ["repair.door", "elderly.benefit"]
    assert all(p.place and p.place.building == "3" for p in found.parts)


def test_one_story_stays_one(understander: Understander) -> None:
    found = understander.understand(
        "楼上天天半夜拖椅子，跟他说了三回，每回都说知道了，第二天照样拖，我妈神经衰弱，整宿睡不着"
    )
    assert [p.category for p in found.parts] == ["neighbor.noise"]


@pytest.mark.parametrize(
    ("text", "nature"),
    [
        ("请问医保怎么报销", "咨询"),
        ("投诉物业，电话没人接，楼道没人扫", "投诉"),
        ("建议社区周末开个跳蚤市场", "建议"),
        ("要表扬一下保洁李姐，下雪天早早来扫雪", "表扬"),
        ("我的心愿是想要一个新书包", "心愿"),
    ],
)
def test_natures(understander: Understander, text: str, nature: str) -> None:
    assert understander.understand(text).parts[0].nature == nature


def test_mentions(understander: Understander) -> None:
    found = understander.understand(
        "昨晚八点开始停水，我妈八十五岁独居，电话139-0000-1111，单号1123-07怎么样了"
    ).mentions
    assert found.phones == ("139-0000-1111",)
    assert found.issue_numbers == ("1123-07",)
    assert found.when == "昨晚八点"
    assert {"独居", "80岁以上"} <= set(found.vulnerable)


def test_a_correction_holds_and_can_be_taken_back(understander: Understander) -> None:
    text = "阳台上那个铁架子锈得快掉渣了"
    before = understander.understand(text + "，麻烦处理").parts[0].category
    code = "neighbor.occupy" if before != "neighbor.occupy" else "env.clutter"
    corrected = understander.with_example(text, code)
    assert corrected.understand(text + "，麻烦处理").parts[0].category == code
    assert understander.understand(text + "，麻烦处理").parts[0].category == before


def test_a_correction_leaves_other_messages_alone(understander: Understander) -> None:
    corrected = understander.with_example("阳台上那个铁架子锈得快掉渣了", "env.clutter")
    text = "单元门关不上了，门禁刷卡没反应"
    (after,), (before,) = corrected.understand(text).parts, understander.understand(text).parts
    assert after.category == before.category
    assert after.confidence == pytest.approx(before.confidence, abs=0.02)


def test_lessons_of_the_knowledge_hold_at_once(content: Knowledge) -> None:
    text = "阳台上那个铁架子锈得快掉渣了"
    for code in ("env.clutter", "neighbor.occupy"):
        taught = dataclasses.replace(content, lessons=((text, "suggest.other"), (text, code)))
        built = Understander(taught, ROOT / "data" / "run" / "cache")
        assert built.understand(text + "，麻烦处理").parts[0].category == code


def test_without_knowledge_nothing_fails() -> None:
    bare = Understander(Knowledge(categories=()))
    assert bare.understand("3号楼停水了").parts == ()


def test_understanding_is_a_plain_value(understander: Understander) -> None:
    found = understander.understand("槐树里3号楼停水了")
    assert dataclasses.asdict(found)["place"]["estate"] == "槐树里小区"
    assert understander.understand("槐树里3号楼停水了") == found


FIELD = [
    ("3号楼2单元的楼道灯坏了", "report", "repair.light"),
    ("泉馨苑小区3号楼2单元楼道灯不亮了", "report", "repair.light"),
    ("泉馨苑6号楼停水了", "report", "utility.water"),
    ("自来水水流太小,请帮忙找人过来看看", "report", "utility.water"),
    ("外来人员凭居住证能不能办理入学", "report", "edu.school"),
    ("院裡的月季該修剪了", "report", "env.green"),
    ("我妈87了一个人住,腿脚不好,想找人帮忙买菜", "report", "elderly.errand"),
    ("一到晚上楼梯黑得看不见", "report", "repair.light"),
    ("敲门没人应,三天没见她下楼", "report", "safety.medical"),
    ("燃气公司啥时候来安检", "report", "utility.gas"),
    ("谢谢师傅", "thanks", ""),
    ("我家也是", "metoo", ""),
    ("没修好，还是不亮", "rate", ""),
    ("顺风车周五下午去省城", "chatter", ""),
]


@pytest.mark.parametrize(("text", "intent", "category"), FIELD)
def test_what_residents_really_write(
    understander: Understander, text: str, intent: str, category: str
) -> None:
    found = understander.understand(text)
    assert found.intent == intent
    if category:
        assert [part.category for part in found.parts] == [category]


def test_who_is_in_danger(understander: Understander) -> None:
    assert understander.understand("敲门没人应,三天没见她下楼").parts[0].urgency == "U0"
    assert understander.understand("燃气公司啥时候来安检").parts[0].urgency != "U0"


@pytest.mark.parametrize(
    ("text", "positive"),
    [
        ("没修好，还是不亮", False),
        ("修好了，很满意", True),
        ("师傅活儿干得好，五星", True),
        ("来了一趟啥也没弄，差评", False),
    ],
)
def test_a_rating_says_who_is_content(
    understander: Understander, text: str, positive: bool
) -> None:
    found = understander.understand(text)
    assert (found.intent, found.positive) == ("rate", positive)


def test_a_problem_stated_beside_another_intent_is_kept(understander: Understander) -> None:
    found = understander.understand("我家也停水了，一滴都没有")
    assert found.intent == "metoo"
    assert [part.category for part in found.parts] == ["utility.water"]


@pytest.mark.parametrize("text", ["楼道灯坏了，麻烦修一下", "单元门的门禁刷卡没反应"])
def test_evidence_is_whole_words(understander: Understander, text: str) -> None:
    (part,) = understander.understand(text).parts
    cut = set(understander.tokens.surely(part.text))
    assert part.evidence
    assert set(part.evidence) <= cut


def test_two_clear_things_are_two_requests(understander: Understander) -> None:
    """However much the first of them sounds like asking after something."""
    found = understander.understand("加装电梯的事走到哪步了，门口的路灯也坏了好几盏")
    assert found.intent == "report"
    assert {part.category for part in found.parts} == {"suggest.renovation", "repair.light"}
