"""Fetching a file: streamed, cut off where it grows too large, and never waited for without end."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping

import httpx

from channels.vendor_api import Answer, reaching
from desk.message import DeliveryFailed, Unfit

LARGEST = 10 << 20  # bytes
PATIENCE = 30.0  # seconds for the whole file; a time-out only ends a silence
FILE = "file"


def download(http: httpx.Client, request: httpx.Request) -> tuple[int, bytes]:
    """Status and body as they were sent. Unfit when the body is larger than anybody's photo."""
    request.headers["Accept-Encoding"] = "identity"  # few bytes must not unpack into many
    deadline = time.monotonic() + PATIENCE
    with reaching(in_doubt=False):
        response = http.send(request, stream=True)
        try:
            stated = response.headers.get("Content-Length", "")
            if stated.isdecimal() and int(stated) > LARGEST:
                raise Unfit("large")
            body = bytearray()
            for chunk in response.iter_raw():
                body += chunk
                if len(body) > LARGEST:
                    raise Unfit("large")
                if time.monotonic() > deadline:
                    raise DeliveryFailed("no answer (too slow)")
        finally:
            response.close()
    return response.status_code, bytes(body)


def call_for_file(http: httpx.Client, path: str, params: Mapping[str, str]) -> Answer:
    """A vendor's answer to a GET: its errcode, or errcode 0 and the file.

    Errors come with HTTP 200, now as JSON, now as text: what is an answer is told by its content,
    for no picture begins with a brace.
    """
    status, body = download(http, http.build_request("GET", path, params=params))
    if status != httpx.codes.OK:
        raise DeliveryFailed(f"HTTP {status}")
    if not body.lstrip().startswith(b"{"):
        return {"errcode": 0, FILE: body}
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        raise DeliveryFailed("an answer that is not JSON") from None
    if not answer.get("errcode"):  # such as a film's address: no file, and no error either
        raise DeliveryFailed("an answer without a file", permanent=True)
    return answer  # type: ignore[no-any-return]
