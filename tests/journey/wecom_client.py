"""WeCom's side of the callback: signs and seals on its own, so that no mistake cancels out."""

from __future__ import annotations

import base64
import hashlib
import secrets
from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode
from xml.sax.saxutils import escape

import xmltodict
from wechatpy.crypto import PrpCrypto

from channels.simulator import Delivery
from channels.wecom import WecomConfig
from tests.journey.fake_wecom import Card


class WecomClientSide:
    """WeCom's servers in front of one self-built app."""

    def __init__(self, config: WecomConfig, clock: Callable[[], float]) -> None:
        self._config = config
        self._clock = clock
        self._crypto = PrpCrypto(base64.b64decode(config.aes_key + "="))

    def verification(self, echostr: str) -> Delivery:
        """The GET that asks whether the server is ours."""
        query, encrypt = self._sealed(echostr)
        return Delivery("/wecom", urlencode({**query, "echostr": encrypt}), b"", {})

    def text(self, user: str, content: str, msg_id: str = "") -> Delivery:
        """One line typed into the app."""
        return self.message(user, MsgType="text", Content=content, MsgId=msg_id)

    def message(self, user: str, **fields: Any) -> Delivery:
        """A message with these fields; a MsgId is made up where it is ""."""
        if fields.get("MsgId") == "":
            fields["MsgId"] = str(secrets.randbits(62))
        return self.deliver(_xml({**self._common(user), **fields}))

    def event(self, user: str, name: str, **fields: Any) -> Delivery:
        """An event, which carries no MsgId."""
        return self.message(user, MsgType="event", Event=name, **fields)

    def click(self, card: Card, button: str, code: str) -> Delivery:
        """A button of a card."""
        return self.event(
            card.user,
            "template_card_event",
            EventKey=card.buttons[button],
            TaskId=card.task,
            CardType="button_interaction",
            ResponseCode=code,
        )

    def deliver(self, plaintext: str) -> Delivery:
        """Any plaintext, sealed and signed."""
        query, encrypt = self._sealed(plaintext)
        outer = _xml(
            {
                "ToUserName": self._config.corp_id,
                "Encrypt": encrypt,
                "AgentID": self._config.agent_id,
            }
        )
        return Delivery("/wecom", urlencode(query), outer.encode(), {"Content-Type": "text/xml"})

    def read_reply(self, body: bytes) -> dict[str, Any] | None:
        """The fields of a passive reply, or None for silence."""
        if not body:
            return None
        outer = _fields(body.decode())
        proof = self._signature(outer["TimeStamp"], outer["Nonce"], outer["Encrypt"])
        if proof != outer["MsgSignature"]:
            raise ValueError("the reply's signature is wrong: the vendor would drop it")
        return _fields(self._crypto.decrypt(outer["Encrypt"], self._config.corp_id))

    def _common(self, user: str) -> dict[str, Any]:
        return {
            "ToUserName": self._config.corp_id,
            "FromUserName": user,
            "CreateTime": int(self._clock()),
            "AgentID": self._config.agent_id,
        }

    def _sealed(self, plaintext: str) -> tuple[dict[str, str], str]:
        timestamp, nonce = str(int(self._clock())), str(secrets.randbelow(10**10))
        encrypt: str = self._crypto.encrypt(plaintext, self._config.corp_id).decode()
        signature = self._signature(timestamp, nonce, encrypt)
        return {"msg_signature": signature, "timestamp": timestamp, "nonce": nonce}, encrypt

    def _signature(self, *parts: str) -> str:
        joined = "".join(sorted((self._config.token, *parts)))
        return hashlib.sha1(joined.encode()).hexdigest()


def _xml(fields: dict[str, Any]) -> str:
    elements = (f"<{name}>{escape(str(value))}</{name}>" for name, value in fields.items())
    return f"<xml>{''.join(elements)}</xml>"


def _fields(text: str) -> dict[str, Any]:
    fields: dict[str, Any] = xmltodict.parse(text, strip_whitespace=False)["xml"]
    return fields
