"""What must not be shown to everybody. (Identity numbers are hidden at the door: nlp.text.)"""

from __future__ import annotations

import re

_ID = re.compile(
    r"(?<!\d)(\d{6})((?:19|20)\d{2}(?:0\d|1[0-2])(?:[0-2]\d|3[01])\d{3})([\dXx])(?!\d)"
)
_PHONE = re.compile(r"(?<!\d)(1[3-9]\d)[- ]?(\d{4})[- ]?(\d{4})(?!\d)")


HIDDEN = "＊"
_DOOR = re.compile(r"(?<=单元)\s*\d{3,4}(?!\d)|(?<!\d)\d{3,4}(?=\s*(?:室|户|号房|房间))")
_DASHED = re.compile(r"(?<!\d)(\d{1,3}\s*[-－—–]\s*\d{1,2}\s*[-－—–]\s*)\d{3,4}(?!\d)")


def without_doors(text: str) -> str:
    """A text without telephone numbers and room numbers."""
    return _DASHED.sub(lambda found: found[1] + HIDDEN, _DOOR.sub(HIDDEN, without_phones(text)))


def without_phones(text: str) -> str:
    """Telephone numbers with their middle hidden."""
    return _PHONE.sub(lambda m: f"{m[1]}****{m[3]}", text)


# A pulse, a pressure, a sugar: whatever is measured of a body is kept nowhere (attendance only).
_READING = re.compile(
    r"(?:血压|血糖|心率|脉搏|体温|体重|血氧|高压|低压|收缩压|舒张压)[^\d，。；,;\n]{0,6}\d+(?:[./]\d+)*"
    r"(?:\s*(?:(?:毫米)?汞柱|mmHg|mmol(?:/L)?|次|度|℃|公斤|kg|斤|%))?"
    r"|(?<![\d/])\d{2,3}\s*/\s*\d{2,3}(?![\d/])",
    re.IGNORECASE,
)


def without_readings(text: str) -> str:
    """A text without readings of anybody's body."""
    return _READING.sub(HIDDEN, text)


_SECRET = re.compile(
    r"((?:密码|口令|验证码|校验码|动态码|passw(?:or)?d|pwd)"
    r"(?:\s*(?:[是为:：=]|就是|还是|改成|改为)\s*|\s+|(?=[A-Za-z0-9]))[“\"'「]?)"
    r"([A-Za-z0-9!@#$%^&*_.+\-]{3,32})",
    re.IGNORECASE,
)


def without_secrets(text: str) -> str:
    """A text without passwords and one-time codes: whoever does an errand never keeps one."""
    return _SECRET.sub(lambda found: found[1] + HIDDEN * 4, text)
