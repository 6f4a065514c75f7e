"""Customer-service messages of an Official Account: how a push reaches a resident's phone.

The HTTP client is httpx, not wechatpy's: that one has no timeout, refreshes a rejected token in an
endless recursion and keeps its expiry per process.
"""

from __future__ import annotations

import json
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from threading import Lock
from typing import Any, Protocol
from zoneinfo import ZoneInfo

import httpx

from channels.document import clean
from channels.door import cut
from channels.wechat import WechatConfig
from desk.message import DeliveryFailed, Push

TOKEN_PATH = "/cgi-bin/stable_token"
SEND_PATH = "/cgi-bin/message/custom/send"
# The vendor hands out the next token 300 seconds early, while the old one is still good.
TOKEN_MARGIN = 200.0

TOKEN_REJECTED = frozenset({40001, 40014, 42001})
QUOTA_SPENT = 45009
PERMANENT = {
    40003: "unknown openid",
    43004: "the recipient does not follow the account",
    44004: "the text is empty",
    45002: "the text is too long",
    45015: "the recipient has not written for 48 hours",
    48001: "the account is not certified for this interface",
    48002: "the recipient refuses messages",
}
RETRY_AFTER = {
    -1: (10.0, "the vendor is busy"),
    40013: (3600.0, "wrong AppID"),
    40125: (3600.0, "wrong AppSecret"),
    40164: (3600.0, "this server's address is not on the white list"),
    45011: (60.0, "too many calls this minute"),
    45047: (3600.0, "too many messages since the recipient last wrote"),
    50002: (3600.0, "the account is restricted"),
}
_NEVER_SENT = (
    httpx.ConnectError,
    httpx.ConnectTimeout,
    httpx.PoolTimeout,
    httpx.ProxyError,
    httpx.UnsupportedProtocol,
)
_VENDOR_DAY = ZoneInfo("Asia/Shanghai")


class TokenStore(Protocol):
    """Where access tokens are shared by all threads and processes."""

    def get(self, name: str) -> tuple[str, float] | None:
        """Value and expiry (Unix seconds), or None."""
        ...

    def put(self, name: str, value: str, expires_at: float) -> None:
        """Replace it."""
        ...


class OfficialAccountSender:
    """Sends a push as a customer-service text message. Two calls are two messages on the phone."""

    idempotent = False

    def __init__(
        self,
        config: WechatConfig,
        tokens: TokenStore,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._config = config
        self._clock = clock
        self._http = httpx.Client(base_url=config.api_base, timeout=timeout)
        self._token = _AccessToken(config, tokens, self._http, clock)

    def send(self, push: Push) -> None:
        """Return when the vendor has accepted it; else DeliveryFailed."""
        token = self._token.current()
        code = self._post(token, push)
        if code in TOKEN_REJECTED:
            code = self._post(self._token.instead_of(token), push)
        if code != 0:
            raise refused(code, self._clock())

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _post(self, token: str, push: Push) -> int:
        payload = {
            "touser": push.address,
            "msgtype": "text",
            "text": {"content": cut(clean(push.text), self._config.text_limit)},
        }
        answer = _call(self._http, SEND_PATH, payload, {"access_token": token}, in_doubt=True)
        code = answer.get("errcode")
        if not isinstance(code, int):
            raise DeliveryFailed("an answer without errcode", in_doubt=True)
        return code


class _AccessToken:
    """One account's token, taken from the store while it is good and fetched once when it is not.

    Threads wait for the one that fetches. Processes may fetch at the same time, which does no harm:
    without force_refresh the vendor gives both the same token and neither spoils the other's.
    """

    def __init__(
        self,
        config: WechatConfig,
        store: TokenStore,
        http: httpx.Client,
        clock: Callable[[], float],
    ) -> None:
        self._config = config
        self._store = store
        self._http = http
        self._clock = clock
        self._name = f"wechat:{config.app_id}:access_token"
        self._lock = Lock()

    def current(self) -> str:
        """A token that should be good."""
        return self._good() or self.instead_of("")

    def instead_of(self, rejected: str) -> str:
        """Another token than the rejected one, fetched unless somebody has done so already."""
        with self._lock:
            token = self._good()
            return token if token and token != rejected else self._fetch()

    def _good(self) -> str | None:
        stored = self._store.get(self._name)
        if stored is None or stored[1] - TOKEN_MARGIN <= self._clock():
            return None
        return stored[0]

    def _fetch(self) -> str:
        payload = {
            "grant_type": "client_credential",
            "appid": self._config.app_id,
            "secret": self._config.secret,
            "force_refresh": False,
        }
        answer = _call(self._http, TOKEN_PATH, payload, {}, in_doubt=False)
        token, lifetime = answer.get("access_token"), answer.get("expires_in")
        if not isinstance(token, str) or not isinstance(lifetime, int) or not token:
            code = answer.get("errcode")
            raise refused(code if isinstance(code, int) else -1, self._clock())
        self._store.put(self._name, token, self._clock() + lifetime)
        return token


def _call(
    http: httpx.Client,
    path: str,
    payload: dict[str, Any],
    params: dict[str, str],
    *,
    in_doubt: bool,
) -> dict[str, Any]:
    """The vendor's JSON answer. `in_doubt`: whether a lost answer leaves the call's fate open."""
    # `from None`: httpx's errors hold the request, whose address holds the token.
    try:
        response = http.post(path, json=payload, params=params)
    except _NEVER_SENT as error:
        raise DeliveryFailed(f"no connection ({type(error).__name__})") from None
    except httpx.RequestError as error:
        raise DeliveryFailed(f"no answer ({type(error).__name__})", in_doubt=in_doubt) from None
    if response.status_code != httpx.codes.OK:
        lost = in_doubt and response.status_code >= 500
        raise DeliveryFailed(f"HTTP {response.status_code}", in_doubt=lost)
    try:
        answer = json.loads(response.content)
    except (ValueError, RecursionError):
        raise DeliveryFailed("an answer that is not JSON", in_doubt=in_doubt) from None
    if not isinstance(answer, dict):
        raise DeliveryFailed("an answer that is not an object", in_doubt=in_doubt)
    return answer


def refused(code: int, now: float) -> DeliveryFailed:
    """What an errcode means for a push. The vendor's errmsg is left out: it quotes the request."""
    if code in PERMANENT:
        return DeliveryFailed(f"errcode {code}: {PERMANENT[code]}", permanent=True)
    if code == QUOTA_SPENT:
        return DeliveryFailed(
            f"errcode {code}: today's quota is spent", retry_after=seconds_to_next_day(now)
        )
    if code in RETRY_AFTER:
        seconds, meaning = RETRY_AFTER[code]
        return DeliveryFailed(f"errcode {code}: {meaning}", retry_after=seconds)
    if code in TOKEN_REJECTED:
        return DeliveryFailed(
            f"errcode {code}: the token (or the AppSecret) is not accepted", retry_after=60.0
        )
    return DeliveryFailed(f"errcode {code}")


def seconds_to_next_day(now: float) -> float:
    """Until the vendor's quotas are fresh: midnight in China."""
    moment = datetime.fromtimestamp(now, UTC).astimezone(_VENDOR_DAY)
    midnight = (moment + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return (midnight - moment).total_seconds()


class _WithoutQuery(logging.Filter):
    """httpx logs every address in full; here the query holds the access token."""

    def filter(self, record: logging.LogRecord) -> bool:
        if isinstance(record.args, tuple):
            record.args = tuple(
                arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg
                for arg in record.args
            )
        return True


logging.getLogger("httpx").addFilter(_WithoutQuery())
