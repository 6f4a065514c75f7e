"""The address behind a printed code, asked of the vendor over a socket."""

from __future__ import annotations

import pytest

from channels.wechat import WechatConfig
from channels.wechat_qr import SceneCodes
from desk.message import DeliveryFailed
from tests.journey.fake_wechat import FakeWechat


class Tokens(dict[str, tuple[str, float]]):
    """A store of tokens."""

    def put(self, name: str, value: str, expires_at: float) -> None:
        self[name] = (value, expires_at)


def codes(account: FakeWechat, tokens: Tokens, secret: str = "s") -> SceneCodes:
    config = WechatConfig(token="t", app_id="wx1", secret=secret, api_base=account.base)
    return SceneCodes(config, tokens, clock=lambda: account.now)


def test_a_code_leads_to_the_account_with_its_parameter() -> None:
    with FakeWechat("wx1", "s") as account:
        scenes = codes(account, Tokens())
        assert scenes.address("yuan-12") == "http://weixin.qq.com/q/yuan-12"
        account.revoke()
        assert scenes.address("yuan-13").endswith("/yuan-13")  # with another token
        assert account.token_calls == 2


def test_a_refusal_says_why() -> None:
    with FakeWechat("wx1", "s") as account:
        with pytest.raises(DeliveryFailed, match="40125"):
            codes(account, Tokens(), "wrong").address("yuan-12")
        with pytest.raises(DeliveryFailed, match="40053"):
            codes(account, Tokens()).address("x" * 65)
