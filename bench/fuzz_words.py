"""Words that have broken other programs, and commands of this one with something wrong in them."""

from __future__ import annotations

import random

WORDS = (
    "", " ", "\t\n", "\0", "\x0b\x1f", "\u200b", "\ufeff", "\ud800", "\udfff", "\u202e一二三",
    "null", "None", "undefined", "NaN", "true", "-1", "0", "1e309", "9" * 30, "٣", "１２３", "½",
    "'", '"', "\\", "' OR 1=1 --", "'; DROP TABLE issues; --", '") OR ("1"="1', "%", "_", "%s%n",
    "{}", "{0}", "{name}", "{{7*7}}", "{% raw %}", "${7*7}", "#{7*7}", "{number.__class__}",
    "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "javascript:alert(1)", "]]>",
    "=cmd|' /C calc'!A0", "=1+1", "+1+1", "-1+1", "@SUM(1)", "\t=1+1",
    "../../etc/passwd", "..\\..\\x", "%2e%2e%2f", "/etc/passwd", "file:///etc/passwd", "C:\\",
    "http://127.0.0.1:9/", "http://169.254.169.254/", "http://[::1]/", "//evil.example", "\r\nX: y",
    "a" * 300, "字" * 700, "👨‍👩‍👧‍👦" * 20, "é" * 50, "Ω≈ç√", "ﷺ" * 30, "Z̷͓̎a̷l̷g̷o̷",
    "2026-02-30", "0000-00-00", "9999-12-31", "24:61", "10月32号", "周八下午25点", "1123-01",
    "0000-00",
)  # fmt: skip
SAID = (
    "泉馨苑3号楼2单元的楼道灯坏了", "家里一股煤气味!!", "办结 1123-01 换了灯泡", "接单",
    "退单 不归我们管",
    "转派 张建国", "改类 1123-01 停水", "合并 1123-01 1123-02", "拆分 1123-01", "进度", "催办",
    "撤销",
    "满意", "不满意 还是坏的", "我住泉馨苑3号楼", "绑定 123456", "帮助", "转人工",
    "挂起 1123-01 等配件",
    "延期 1123-01 周五", "心愿 想要一副老花镜", "认领 愿-1", "1", "2", "都好", "三率",
    "共性问题", "开会 题-1",
    "积分", "问卷", "每周四下午3点巡查", "我家也是", "没修好",
)  # fmt: skip
REPEATED = (
    "1",
    "a",
    "字",
    " ",
    "\n",
    "，",
    "3号楼",
    "<",
    "((",
    "1123-01 ",
    "@张三 ",
    "。",
    "和",
    "13912345678",
)


def nasty(dice: random.Random) -> str:
    """One of them, a mixture, something long, or something at random."""
    lot = dice.random()
    if lot < 0.5:
        return dice.choice(WORDS)
    if lot < 0.8:
        pieces = dice.choices(SAID + WORDS, k=dice.choice((1, 2, 3)))
        return dice.choice(("", " ", "，", "\n")).join(pieces)
    if lot < 0.99:
        return "".join(chr(dice.randrange(0x20, 0xFFFF)) for _ in range(dice.randrange(20)))
    return dice.choice(REPEATED) * dice.choice((50, 500, 3000))
