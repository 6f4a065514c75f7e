"""WeCom group robot (群机器人): broadcasts into one group, with mentions; it hears nothing.

`<@userid>` in a text mentions a member and `<@all>` everybody. A text that opens like a Markdown
heading goes as Markdown. The robot's key is its only secret and stands in the address: it is never
written to a log, nor into the outbox, where the robot has a name.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from channels.document import clean
from channels.door import cut
from channels.pace import Pace, SentTimes
from channels.vendor_api import Refusals, VendorTime, call, client, errcode
from desk.message import DeliveryFailed, Push

CHANNEL = "group_robot"
ROBOT = "default"  # the robot's name, in place of its key
SEND_PATH = "/cgi-bin/webhook/send"

_MENTION = re.compile(r"<@([^<>\s]+)>\s*")
_HEADING = re.compile(r"#{1,6} ")
_REFUSALS = Refusals(
    permanent={
        40008: "not a kind of message a robot may send",
        40058: "a field is wrong or too long",
        44004: "the text is empty",
        45002: "the text is too long",
    },
    retry_after={
        -1: (10.0, "the vendor is busy"),
        45009: (60.0, "too many messages this minute"),
        45033: (10.0, "too many calls at once"),
        93000: (3600.0, "wrong key, or the robot was removed from its group"),
    },
)


@dataclass(frozen=True, slots=True)
class GroupRobotConfig:
    """One group's robot. Vendor limits are here because the vendor changes them."""

    key: str = field(repr=False)
    api_base: str = "https://qyapi.weixin.qq.com"
    per_minute: int = 20
    text_limit: int = 2048  # bytes of UTF-8
    markdown_limit: int = 4096


class GroupRobotSender:
    """Broadcasts a push. Two calls are two messages in the group."""

    idempotent = False

    def __init__(
        self,
        config: GroupRobotConfig,
        times: SentTimes,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        heard: VendorTime | None = None,
    ) -> None:
        self._config = config
        self._clock = clock
        self._pace = Pace(times, ((config.per_minute, 60.0),))
        self._http = client(config.api_base, timeout, heard)

    def send(self, push: Push) -> None:
        """Return when the vendor has accepted it; else DeliveryFailed."""
        if push.address != ROBOT:
            raise DeliveryFailed("no group robot of this name", permanent=True)
        self._pace.keep(push, self._clock())
        message = broadcast(clean(push.text), self._config)
        answer = call(self._http, SEND_PATH, message, {"key": self._config.key}, in_doubt=True)
        code = errcode(answer)
        if code != 0:
            raise _REFUSALS.failure(code)

    def close(self) -> None:
        """Close the connections."""
        self._http.close()


def broadcast(text: str, config: GroupRobotConfig) -> dict[str, Any]:
    """The message's body: Markdown mentions by itself, a text by a list beside it."""
    if _HEADING.match(text):
        content = cut(text, config.markdown_limit)
        return {"msgtype": "markdown", "markdown": {"content": content}}
    mentioned = ["@all" if name == "all" else name for name in _MENTION.findall(text)]
    body: dict[str, Any] = {"content": cut(_MENTION.sub("", text).strip(), config.text_limit)}
    if mentioned:
        body["mentioned_list"] = list(dict.fromkeys(mentioned))
    return {"msgtype": "text", "text": body}
