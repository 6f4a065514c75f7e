"""One account's access token: shared by all threads and processes, refreshed once."""

from __future__ import annotations

from collections.abc import Callable
from threading import Lock
from typing import Protocol

from channels.vendor_api import Answer

# The vendor hands out the next token 300 seconds early, while the old one is still good.
TOKEN_MARGIN = 200.0
TOKEN_REJECTED = frozenset({40001, 40014, 42001})


class TokenStore(Protocol):
    """Where access tokens are shared by all threads and processes."""

    def get(self, name: str) -> tuple[str, float] | None:
        """Value and expiry (Unix seconds), or None."""
        ...

    def put(self, name: str, value: str, expires_at: float) -> None:
        """Replace it."""
        ...


class AccessToken:
    """Taken from the store while it is good and fetched once when it is not.

    Threads wait for the one that fetches. Processes may fetch at the same time, which does no harm:
    the vendor gives both the same token and neither spoils the other's.
    """

    def __init__(
        self,
        name: str,
        store: TokenStore,
        fetch: Callable[[], tuple[str, int]],
        clock: Callable[[], float],
    ) -> None:
        """`fetch` asks the vendor: the token and its lifetime in seconds."""
        self._name = name
        self._store = store
        self._fetch = fetch
        self._clock = clock
        self._lock = Lock()

    def use(self, post: Callable[[str], Answer]) -> Answer:
        """Call with a good token; where it is rejected all the same, once more with another."""
        token = self._good() or self._instead_of("")
        answer = post(token)
        if answer.get("errcode") in TOKEN_REJECTED:
            answer = post(self._instead_of(token))
        return answer

    def _instead_of(self, rejected: str) -> str:
        """Another token than the rejected one, fetched unless somebody has done so already."""
        with self._lock:
            token = self._good()
            if token and token != rejected:
                return token
            token, lifetime = self._fetch()
            self._store.put(self._name, token, self._clock() + lifetime)
            return token

    def _good(self) -> str | None:
        stored = self._store.get(self._name)
        if stored is None or stored[1] - TOKEN_MARGIN <= self._clock():
            return None
        return stored[0]
