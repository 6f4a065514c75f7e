"""Chinese numerals: 三 → 3, 十二 → 12, 二十 → 20, 三零二 → 302."""

from __future__ import annotations

_DIGITS = {c: i for i, c in enumerate("零一二三四五六七八九")} | {
    "〇": 0,
    "两": 2,
    "幺": 1,
    "洞": 0,
    **{c: i for i, c in enumerate("壹贰叁肆伍陆柒捌玖", 1)},
}
_UNITS = {"十": 10, "拾": 10, "百": 100, "廿": 20}
NUMERALS = "".join(_DIGITS) + "".join(_UNITS)


def arabic(numeral: str) -> str:
    """The numeral in digits without leading zeros; arabic digits pass through."""
    if numeral.isdecimal():
        return str(int(numeral))
    if not any(c in _UNITS for c in numeral):
        return "".join(str(_DIGITS[c]) for c in numeral).lstrip("0") or "0"
    total, current = 0, 0
    for character in numeral:
        if character in _UNITS:
            total += (current or 1) * _UNITS[character]
            current = 0
        else:
            current = _DIGITS[character]
    return str(total + current)


def chinese(number: int) -> str:
    """1 → 一, 16 → 十六, 38 → 三十八; numbers of a hundred and more digit by digit."""
    names = "零一二三四五六七八九"
    if number >= 100:
        return "".join(names[int(d)] for d in str(number))
    tens, ones = divmod(number, 10)
    head = "" if tens == 0 else ("十" if tens == 1 else names[tens] + "十")
    return head + (names[ones] if ones or not tens else "")
