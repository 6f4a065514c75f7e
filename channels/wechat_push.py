"""How a push reaches a resident's phone: customer-service message, else template message.

A customer-service message goes only to whoever has written within 48 hours, and only a few times.
Outside of that a template message takes its place where the account has one; else the push waits
until the resident writes again.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import httpx

from channels.access_token import TOKEN_REJECTED, AccessToken, TokenStore
from channels.document import clean
from channels.door import cut
from channels.vendor_api import (
    Answer,
    Refusals,
    VendorTime,
    call,
    client,
    errcode,
    seconds_to_next_day,
)
from channels.wechat import WechatConfig
from channels.wechat_template import template_data
from desk.message import DeliveryFailed, Push

TOKEN_PATH = "/cgi-bin/stable_token"
SEND_PATH = "/cgi-bin/message/custom/send"
TEMPLATE_PATHS = {
    "template": "/cgi-bin/message/template/send",
    "subscribe": "/cgi-bin/message/subscribe/bizsend",
}

QUOTA_SPENT = 45009
WINDOW_CLOSED = {
    45015: "the recipient has not written for 48 hours",
    45047: "too many messages since the recipient last wrote",
}
REFUSALS = Refusals(
    permanent={
        40003: "unknown openid",
        43004: "the recipient does not follow the account",
        44004: "the text is empty",
        45002: "the text is too long",
        48001: "the account is not certified for this interface",
        48002: "the recipient refuses messages",
    },
    until_seen={
        **WINDOW_CLOSED,
        40037: "unknown template",
        43101: "the recipient has not subscribed to the template",
        43107: "the template is banned",
        47003: "the template has other fields",
    },
    retry_after={
        -1: (10.0, "the vendor is busy"),
        40013: (3600.0, "wrong AppID"),
        40125: (3600.0, "wrong AppSecret"),
        40164: (3600.0, "this server's address is not on the white list"),
        45011: (60.0, "too many calls this minute"),
        50002: (3600.0, "the account is restricted"),
        **dict.fromkeys(TOKEN_REJECTED, (60.0, "the token (or the AppSecret) is not accepted")),
    },
)


class OfficialAccountSender:
    """Sends a push as a text message. Two calls are two messages on the phone."""

    idempotent = False

    def __init__(
        self,
        config: WechatConfig,
        tokens: TokenStore,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        heard: VendorTime | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._http = client(config.api_base, timeout, heard)
        self._token = access_token(config, tokens, self._http, clock)

    def send(self, push: Push) -> None:
        """Return when the vendor has accepted it; else DeliveryFailed."""
        code = self._send_text(push)
        if code in WINDOW_CLOSED and self._config.template_id:
            code = self._send_template(push)
        if code != 0:
            raise refused(code, self._clock())

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _send_text(self, push: Push) -> int:
        content = cut(clean(push.text), self._config.text_limit)
        return self._post(SEND_PATH, push, {"msgtype": "text", "text": {"content": content}})

    def _send_template(self, push: Push) -> int:
        data = template_data(self._config.template_fields, clean(push.text), self._clock())
        body = {"template_id": self._config.template_id, "data": data}
        return self._post(TEMPLATE_PATHS[self._config.template_api], push, body)

    def _post(self, path: str, push: Push, body: dict[str, Any]) -> int:
        payload = {"touser": push.address, **body}

        def post(token: str) -> Answer:
            return call(self._http, path, payload, {"access_token": token}, in_doubt=True)

        return errcode(self._token.use(post))


def access_token(
    config: WechatConfig, store: TokenStore, http: httpx.Client, clock: Callable[[], float]
) -> AccessToken:
    """The account's token. `force_refresh` would spoil that of every other process."""
    payload = {
        "grant_type": "client_credential",
        "appid": config.app_id,
        "secret": config.secret,
        "force_refresh": False,
    }

    def fetch() -> tuple[str, int]:
        answer = call(http, TOKEN_PATH, payload, {}, in_doubt=False)
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lifetime, int) or not token:
            code = answer.get("errcode")
            raise refused(code if isinstance(code, int) else -1, clock())
        return token, lifetime

    return AccessToken(f"wechat:{config.app_id}:access_token", store, fetch, clock)


def refused(code: int, now: float, refusals: Refusals = REFUSALS) -> DeliveryFailed:
    """What an errcode means; quotas are fresh at the vendor's midnight."""
    if code == QUOTA_SPENT:
        wait = seconds_to_next_day(now)
        return DeliveryFailed(f"errcode {code}: today's quota is spent", retry_after=wait)
    return refusals.failure(code)
