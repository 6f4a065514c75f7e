"""The address behind a QR code that brings its scanner to the account with a parameter.

WeChat makes one for good for each parameter; asked again for the same one, it gives the same.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from channels.access_token import TokenStore
from channels.vendor_api import Answer, call, client
from channels.wechat import WechatConfig
from channels.wechat_push import access_token, refused

CREATE_PATH = "/cgi-bin/qrcode/create"


class SceneCodes:
    """Asks the vendor for the addresses of codes."""

    def __init__(
        self,
        config: WechatConfig,
        tokens: TokenStore,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._clock = clock
        self._http = client(config.api_base, timeout)
        self._token = access_token(config, tokens, self._http, clock)

    def address(self, scene: str) -> str:
        """What the code of this parameter has to carry. DeliveryFailed says why there is none."""
        payload = {
            "action_name": "QR_LIMIT_STR_SCENE",
            "action_info": {"scene": {"scene_str": scene}},
        }

        def post(token: str) -> Answer:
            return call(self._http, CREATE_PATH, payload, {"access_token": token}, in_doubt=False)

        answer = self._token.use(post)
        address = answer.get("url")
        if not isinstance(address, str) or not address:
            code = answer.get("errcode")
            raise refused(code if isinstance(code, int) else -1, self._clock())
        return address

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
