"""Workers' photos: the WeCom app keeps them for three days under their media id."""

from __future__ import annotations

import time
from collections.abc import Callable

from channels.access_token import TokenStore
from channels.download import FILE, call_for_file
from channels.vendor_api import Answer, Refusals, VendorTime, client, errcode
from channels.wechat_media import GONE, PATH
from channels.wecom import WecomConfig
from channels.wecom_push import REFUSALS, access_token
from desk.message import Media

_REFUSALS = Refusals(permanent=GONE, retry_after=REFUSALS.retry_after)


class WecomMedia:
    """Files of one app, fetched with its shared token."""

    def __init__(
        self,
        config: WecomConfig,
        tokens: TokenStore,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        heard: VendorTime | None = None,
    ) -> None:
        self._http = client(config.api_base, timeout, heard)
        self._token = access_token(config, tokens, self._http, clock)

    def fetch(self, media: Media) -> bytes:
        """The file of this media id."""

        def get(token: str) -> Answer:
            params = {"access_token": token, "media_id": media.id}
            return call_for_file(self._http, PATH, params)

        answer = self._token.use(get)
        code = errcode(answer)
        if code != 0:
            raise _REFUSALS.failure(code)
        found: bytes = answer[FILE]
        return found

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
