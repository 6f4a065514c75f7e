"""Photos said to a smart robot: behind an address that is good for minutes, and encrypted.

The address comes out of a signed callback, and is still not trusted: https only, to public
addresses only, bound to the one that was checked, and no redirect is followed.
"""

from __future__ import annotations

from urllib.parse import urlsplit

import httpx

from channels.aibot import AibotConfig
from channels.download import download
from channels.envelope import open_file
from desk.addresses import BadAddress, destination
from desk.message import BadMessage, DeliveryFailed, Media

_OVER = frozenset((403, 404, 410))  # how a file store says that an address was good once


class AibotMedia:
    """Files of one robot."""

    def __init__(self, config: AibotConfig, *, timeout: float = 5.0, private: bool = False) -> None:
        """`private` allows http and inner addresses: for tests."""
        self._config = config
        self._private = private
        # No proxy from the environment: it would connect to addresses that were not checked.
        self._http = httpx.Client(timeout=timeout, trust_env=False, follow_redirects=False)

    def fetch(self, media: Media) -> bytes:
        """The file behind this address, in clear."""
        status, sealed = download(self._http, self._request(media.url))
        if status != httpx.codes.OK:
            raise DeliveryFailed(f"HTTP {status}", permanent=status in _OVER or status < 400)
        try:
            return open_file(self._config.aes_key, sealed)
        except BadMessage:
            raise DeliveryFailed("the file cannot be decrypted", permanent=True) from None

    def close(self) -> None:
        """Close the connections."""
        self._http.close()

    def _request(self, url: str) -> httpx.Request:
        """The request, bound for an address that was checked, whatever the DNS says next."""
        try:
            host, address = destination(url, private=self._private)
        except BadAddress as bad:
            raise DeliveryFailed(f"refused: {bad}", permanent=True) from None
        except OSError:
            raise DeliveryFailed("no connection (name)") from None
        request = self._http.build_request(
            "GET",
            httpx.URL(url).copy_with(host=address),
            headers={"Host": urlsplit(url).netloc},
        )
        request.extensions["sni_hostname"] = host
        return request
