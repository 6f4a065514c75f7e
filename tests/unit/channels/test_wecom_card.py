"""Cards fit the vendor's limits, whatever a push says."""

from __future__ import annotations

import string

from hypothesis import given
from hypothesis import strategies as st

from channels.wecom_card import card
from tests.journey.fake_wecom import malformed
from tests.unit.channels.test_wecom_sender import BUTTONS, push

line = st.text(alphabet=st.sampled_from("地点内容：:楼 abc\U0001f600"), max_size=60)
label = st.text(alphabet=string.ascii_letters + "接单退", min_size=1, max_size=14)


@given(
    st.lists(line, min_size=1, max_size=20).filter(lambda lines: bool(lines[0].strip())),
    st.lists(st.tuples(label, label), min_size=1, max_size=9),
)
def test_no_card_ever_breaks_the_vendors_limits(
    lines: list[str], actions: list[tuple[str, str]]
) -> None:
    made = card(push("\n".join(lines), actions=tuple(actions)), "task-1")
    assert malformed({"msgtype": "template_card", "template_card": made}) == 0
    keys = [button["key"] for button in made["button_list"]]
    assert keys == [key for _, key in actions[:6]]


def test_an_empty_first_line_is_no_title() -> None:
    made = card(push("\n\n【新工单】1123-01\n地点：3号楼", actions=BUTTONS), "task-1")
    assert made["main_title"]["title"] == "【新工单】1123-01"
