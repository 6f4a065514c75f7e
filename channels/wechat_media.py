"""Residents' photos: the Official Account keeps them for three days under their media id.

The callback's PicUrl leads to the same photo, but to whoever knows it, and it is often plain http.
"""

from __future__ import annotations

import time
from collections.abc import Callable

from channels.access_token import TokenStore
from channels.download import FILE, call_for_file
from channels.vendor_api import Answer, Refusals, VendorTime, client, errcode
from channels.wechat import WechatConfig
from channels.wechat_push import REFUSALS, access_token, refused
from desk.message import Media

PATH = "/cgi-bin/media/get"

GONE = {
    40004: "no such kind of file",
    40007: "the vendor no longer has the file",
}
_REFUSALS = Refusals(
    permanent={**GONE, 48001: "the account is not certified for this interface"},
    retry_after=REFUSALS.retry_after,
)


class WechatMedia:
    """Files of one account, fetched with its shared token."""

    def __init__(
        self,
        config: WechatConfig,
        tokens: TokenStore,
        *,
        timeout: float = 5.0,
        clock: Callable[[], float] = time.time,
        heard: VendorTime | None = None,
    ) -> None:
        self._clock = clock
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
            raise refused(code, self._clock(), _REFUSALS)
        found: bytes = answer[FILE]
        return found

    def close(self) -> None:
        """Close the connections."""
        self._http.close()
