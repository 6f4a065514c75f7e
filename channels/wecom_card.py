"""A push with buttons as a WeCom card: its first line the title, its `名：值` lines the rows."""

from __future__ import annotations

from typing import Any

from desk.message import Push

TITLE, TEXT, ROWS, ROW_NAME, ROW_VALUE = 36, 160, 6, 5, 30
BUTTONS, BUTTON_TEXT = 6, 10
LABEL = 20
_BLUE, _GREY = 1, 4


def card(push: Push, task: str) -> dict[str, Any]:
    """What `template_card` holds in message/send. The vendor's limits count characters."""
    title, *lines = [line for line in push.text.splitlines() if line.strip()]
    rows = [row for line in lines if (row := _row(line))][:ROWS]
    shown = {f"{row['keyname']}：{row['value']}" for row in rows}
    rest = "\n".join(line for line in lines if line not in shown)
    content: dict[str, Any] = {
        "card_type": "button_interaction",
        "main_title": {"title": shortened(title, TITLE)},
        "task_id": task,
        "button_list": [
            {
                "text": shortened(text, BUTTON_TEXT),
                "style": _GREY if number else _BLUE,
                "key": key,
            }
            for number, (text, key) in enumerate(push.actions[:BUTTONS])
        ],
    }
    if rows:
        content["horizontal_content_list"] = rows
    if rest:
        content["sub_title_text"] = shortened(rest, TEXT)
    return content


def _row(line: str) -> dict[str, str] | None:
    """A line that fits into a row whole; what would have to be cut stays text."""
    name, colon, value = line.partition("：")
    if colon and 0 < len(name) <= ROW_NAME and 0 < len(value) <= ROW_VALUE:
        return {"keyname": name, "value": value}
    return None


def shortened(text: str, longest: int) -> str:
    """At most so many characters, ending in … where cut."""
    return text if len(text) <= longest else text[: longest - 1] + "…"
