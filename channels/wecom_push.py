"""How a push reaches a worker's WeCom: a text, or a card where there is something to click.

The vendor drops a repeat of the same message for a while, so that a push whose answer was lost may
simply be sent again; a card's task id is good once and for all.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Protocol

import httpx

from channels.access_token import AccessToken, TokenStore
from channels.document import clean
from channels.door import cut
from channels.pace import Pace, SentTimes
from channels.vendor_api import Answer, Refusals, VendorTime, call, client, errcode
from channels.wecom import WecomConfig
from channels.wecom_card import LABEL, card, shortened
from desk.message import DeliveryFailed, Push

TOKEN_PATH = "/cgi-bin/gettoken"
SEND_PATH = "/cgi-bin/message/send"
UPDATE_PATH = "/cgi-bin/message/update_template_card"

REPEATS_DROPPED = 600  # seconds; longer would also drop two pushes that say the same
TASK_EXISTS = 42014  # this card was taken before, and only the answer was lost

REFUSALS = Refusals(
    permanent={
        40003: "unknown UserID",
        40031: "unknown UserID",
        44004: "the text is empty",
        45002: "the text is too long",
        60111: "unknown UserID",
        81013: "the member is unknown or outside the app's range",
        82001: "the member is unknown or outside the app's range",
    },
    retry_after={
        -1: (10.0, "the vendor is busy"),
        40001: (3600.0, "wrong Secret"),
        40013: (3600.0, "wrong CorpID"),
        40014: (60.0, "the token is not accepted"),
        40056: (3600.0, "wrong AgentID"),
        42001: (60.0, "the token is not accepted"),
        45009: (3600.0, "the app's quota is spent"),
        45033: (10.0, "too many calls at once"),
        48002: (3600.0, "the app may not use this interface"),
        50003: (3600.0, "the app is disabled"),
        60011: (3600.0, "the app may not write to this member"),
        60020: (3600.0, "this server's address is not trusted"),
        301002: (3600.0, "AgentID and Secret are not of the same app"),
    },
)


class CardRegister(Protocol):
    """Where the cards that were sent are kept, so that they can be changed later."""

    def open(self, push: int) -> str:
        """The task id of this push's card, the same every time."""
        ...

    def issued(self, push: int, code: str) -> None:
        """The vendor has taken the card; the code changes it once."""
        ...


class WecomSender:
    """Sends a push to one member."""

    idempotent = True

    def __init__(
        self,
        config: WecomConfig,
        tokens: TokenStore,
        cards: CardRegister,
        times: SentTimes,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        heard: VendorTime | None = None,
    ) -> None:
        self._config = config
        self._cards = cards
        self._clock = clock
        self._pace = Pace(times, ((config.per_minute, 60.0), (config.per_hour, 3600.0)))
        self._http = client(config.api_base, timeout, heard)
        self._token = access_token(config, tokens, self._http, clock)

    def send(self, push: Push) -> None:
        """Return when the vendor has accepted it; else DeliveryFailed."""
        self._pace.keep(push, self._clock())
        task = self._cards.open(push.id) if push.actions else ""
        answer = self._post(SEND_PATH, self._message(push, task))
        code = errcode(answer)
        if task and code == TASK_EXISTS:
            return
        if code != 0:
            raise REFUSALS.failure(code)
        for left_out in ("invaliduser", "unlicenseduser"):
            if push.address.lower() in str(answer.get(left_out, "")).lower().split("|"):
                raise DeliveryFailed(f"errcode 81013: {left_out}", permanent=True)
        if task:
            self._cards.issued(push.id, str(answer.get("response_code", "")))

    def update_card(self, address: str, code: str, label: str) -> None:
        """Replace the buttons of one member's card; DeliveryFailed if it stays as it is."""
        changed = {
            "userids": [address],
            "agentid": self._config.agent_id,
            "response_code": code,
            "button": {"replace_name": shortened(clean(label), LABEL)},
        }
        refused = errcode(self._post(UPDATE_PATH, changed))
        if refused == 0:
            return
        if refused in REFUSALS.retry_after:
            raise REFUSALS.failure(refused)
        raise DeliveryFailed(f"errcode {refused}: the card cannot be changed", permanent=True)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _message(self, push: Push, task: str) -> dict[str, Any]:
        common = {
            "touser": push.address,
            "agentid": self._config.agent_id,
            "enable_duplicate_check": 1,
            "duplicate_check_interval": REPEATS_DROPPED,
        }
        if task:
            return {**common, "msgtype": "template_card", "template_card": card(push, task)}
        content = cut(clean(push.text), self._config.text_limit)
        return {**common, "msgtype": "text", "text": {"content": content}}

    def _post(self, path: str, payload: dict[str, Any]) -> Answer:
        def post(token: str) -> Answer:
            return call(self._http, path, payload, {"access_token": token}, in_doubt=True)

        return self._token.use(post)


def access_token(
    config: WecomConfig, store: TokenStore, http: httpx.Client, clock: Callable[[], float]
) -> AccessToken:
    """The app's token."""
    params = {"corpid": config.corp_id, "corpsecret": config.secret}

    def fetch() -> tuple[str, int]:
        answer = call(http, TOKEN_PATH, None, params, in_doubt=False)
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lifetime, int) or not token:
            code = answer.get("errcode")
            raise REFUSALS.failure(code if isinstance(code, int) else -1)
        return token, lifetime

    return AccessToken(f"wecom:{config.name}:access_token", store, fetch, clock)
