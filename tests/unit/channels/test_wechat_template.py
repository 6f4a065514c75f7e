"""Template messages: what takes a text's place outside the vendor's 48 hours."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from channels.vendor_api import seconds_to_next_day
from channels.wechat import WechatConfig
from channels.wechat_push import OfficialAccountSender
from channels.wechat_template import template_fields
from tests.journey.fake_wechat import PATIENCE, FakeWechat, errcode, status
from tests.unit.channels.test_wechat_sender import APP_ID, OPENID, SECRET, Tokens, failure, push

FIELDS = {"character_string1": "number", "thing2": "text", "time3": "time"}
TEMPLATE = "TEMPLATE-ID"


@pytest.fixture
def with_template(vendor: FakeWechat, tokens: Tokens) -> Iterator[OfficialAccountSender]:
    """An account with a template message, whose resident has been silent for three days."""
    vendor.templates[TEMPLATE] = set(FIELDS)
    vendor.now += 72 * 3600
    made = template_sender(vendor, tokens)
    yield made
    made.close()


def template_sender(vendor: FakeWechat, tokens: Tokens, **changes: Any) -> OfficialAccountSender:
    config = WechatConfig(
        token="t", app_id=APP_ID, secret=SECRET, api_base=vendor.base, template_id=TEMPLATE,
        template_fields=FIELDS,
    )  # fmt: skip
    config = replace(config, **changes)
    return OfficialAccountSender(config, tokens, timeout=PATIENCE, clock=lambda: vendor.now)


@pytest.fixture
def vendor() -> Iterator[FakeWechat]:
    with FakeWechat(APP_ID, SECRET) as fake:
        fake.wrote(OPENID)
        yield fake


@pytest.fixture
def tokens() -> Tokens:
    return Tokens()


def test_after_48_hours_a_template_message_takes_the_texts_place(
    vendor: FakeWechat, with_template: OfficialAccountSender
) -> None:
    with_template.send(push("1123-07 已办结：已换灯泡，\n请您看看还有没有别的问题，满意请回复满意"))
    assert vendor.sent == []
    [(openid, data)] = vendor.template_messages
    assert openid == OPENID
    assert data == {
        "character_string1": "1123-07",
        "thing2": "1123-07 已办结：已换灯泡， 请…",
        "time3": "2023-11-18 06:13",
    }
    vendor.wrote(OPENID)
    with_template.send(push("1123-07 已结案"))
    assert vendor.sent == [(OPENID, "1123-07 已结案")], "within the window the whole text goes"
    assert len(vendor.template_messages) == 1


def test_when_the_five_texts_are_spent_the_template_helps_too(
    vendor: FakeWechat, with_template: OfficialAccountSender
) -> None:
    vendor.wrote(OPENID)
    for _ in range(6):
        with_template.send(push("1123-07 已派单"))
    assert (len(vendor.sent), len(vendor.template_messages)) == (5, 1)


def test_the_subscription_message_has_its_own_address(vendor: FakeWechat, tokens: Tokens) -> None:
    vendor.templates[TEMPLATE] = set(FIELDS)
    vendor.now += 72 * 3600
    sender = template_sender(vendor, tokens, template_api="subscribe")
    sender.send(push("1123-07 已派单"))
    sender.close()
    assert vendor.paths[-1] == "/cgi-bin/message/subscribe/bizsend"


@pytest.mark.parametrize(
    ("changes", "cause"),
    [
        ({"template_id": "other"}, "errcode 40037"),
        ({"template_fields": {"thing9": "text"}}, "errcode 47003"),
    ],
)
def test_a_template_that_does_not_fit_holds_the_push(
    vendor: FakeWechat, tokens: Tokens, changes: dict[str, Any], cause: str
) -> None:
    vendor.templates[TEMPLATE] = set(FIELDS)
    vendor.now += 72 * 3600
    sender = template_sender(vendor, tokens, **changes)
    refusal = failure(sender, push("1123-07"))
    sender.close()
    assert (refusal.until_seen, refusal.permanent) == (True, False)
    assert refusal.cause.startswith(cause)


def test_a_templates_quota_is_waited_for(
    vendor: FakeWechat, with_template: OfficialAccountSender
) -> None:
    vendor.template_quota = 0
    refusal = failure(with_template)
    assert refusal.cause.startswith("errcode 45009")
    assert refusal.retry_after == seconds_to_next_day(vendor.now)


def test_a_lost_answer_to_a_template_message_leaves_the_push_in_doubt(
    vendor: FakeWechat, with_template: OfficialAccountSender
) -> None:
    vendor.next_send.append(errcode(45015))
    vendor.next_template.append(status(502))
    assert failure(with_template).in_doubt


@pytest.mark.parametrize("written", ["", "thing1", "thing1=words", "1=text", "thing1=text time2="])
def test_fields_that_mean_nothing_are_refused_at_the_start(written: str) -> None:
    with pytest.raises(ValueError):  # noqa: PT011  its text is only the pair
        template_fields(written)
