"""Words of command in all the ways they are typed."""

from __future__ import annotations

from pathlib import Path

import pytest

from data.contents import load_content
from handlers.commands import Command, Commands, issue_number

CONTENT = load_content(Path(__file__).parents[3] / "data" / "content")
COMMANDS = Commands(CONTENT.commands, CONTENT.words["glued"], CONTENT.words["not_so"])


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("接单", Command("accept", None, "")),
        ("接单 1123-07", Command("accept", "1123-07", "")),
        ("接单1123-7", Command("accept", "1123-07", "")),
        ("1123-07 接单", Command("accept", "1123-07", "")),
        ("【1123-07】接单", Command("accept", "1123-07", "")),
        ("１１２３－０７　接单", Command("accept", "1123-07", "")),
        ("办结 1123-07 已更换灯泡", Command("finish", "1123-07", "已更换灯泡")),
        ("办结已更换灯泡", Command("finish", None, "已更换灯泡")),
        ("办结:1123—07,换了灯", Command("finish", "1123-07", "换了灯")),
        ("退单 1123-07 不归我们管", Command("decline", "1123-07", "不归我们管")),
        ("转派给王芳", Command("transfer", None, "王芳")),
        ("满意", Command("satisfied", None, "")),
        ("满意!", Command("satisfied", None, "")),
        ("不满意 还是不亮", Command("unsatisfied", None, "还是不亮")),
        ("没修好 1123-07", Command("unsatisfied", "1123-07", "")),
        ("补充 是2单元", Command("note", None, "是2单元")),
        ("进度 1123-07", Command("progress", "1123-07", "")),
        ("绑定 123456", Command("bind", None, "123456")),
        ("绑定123456", Command("bind", None, "123456")),
        ("HELP", Command("help", None, "")),
    ],
)
def test_commands(text: str, command: Command) -> None:
    assert COMMANDS.parse(text) == command


@pytest.mark.parametrize(
    "text",
    [
        "满意度调查什么时候开始",
        "工单位的房子漏水了",
        "进展会开到几点",
        "楼道灯坏了",
        "催眠音乐太吵",
        "",
        "人工湖的水臭了",
        "完成不了，需要吊车",
        "办结不了，配件没到",
        "我接到居民电话，说下水道堵了",
    ],
)
def test_ordinary_sentences_are_no_commands(text: str) -> None:
    assert COMMANDS.parse(text) is None


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("我的1123-07怎么样了", "1123-07"),
        ("1123-7", "1123-07"),
        ("编号1123-123", "1123-123"),
        ("电话0353-2023456", None),
        ("2026-11-23", None),
        ("没有编号", None),
    ],
)
def test_issue_numbers(text: str, number: str | None) -> None:
    assert issue_number(text) == number


def test_no_word_means_two_things_at_once() -> None:
    answers = {"yes", "no", "unknown", "cancel"}
    spoken = [(w, n) for n, ws in CONTENT.commands.items() if n not in answers for w in ws]
    assert len({word for word, _ in spoken}) == len(spoken)
