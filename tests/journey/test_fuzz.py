"""Hostile callbacks and requests to every door: nothing breaks, hangs or swells. (bench/fuzz.py)"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from bench.fuzz import SLOW, Fuzz
from bench.fuzz_bodies import Request

REQUESTS = 2500
SECONDS = 15.0  # on a machine that is busy it tries fewer


@pytest.fixture
def fuzz(tmp_path: Path) -> Iterator[Fuzz]:
    logging.disable(logging.CRITICAL)
    yield Fuzz(tmp_path / "fuzz", seed=20261128)
    logging.disable(logging.NOTSET)


def test_hostile_requests_are_answered_and_not_suffered(fuzz: Fuzz) -> None:
    count = fuzz.run(0, REQUESTS, time.monotonic() + SECONDS)
    assert fuzz.found.errors == {}
    assert [each for each in fuzz.found.slow if each[0] > SLOW] == []
    assert count > 200
    # Else all of it stays outside, and the test shows nothing.
    for kind in ("callback, sealed 200", "callback, signed 200", "form 200", "program 200"):
        assert fuzz.found.kinds[kind], fuzz.found.kinds


@pytest.mark.parametrize("path", ["/wechat", "/console/issues", "/api/v1/issues", "/open311/v2/x"])
def test_an_address_in_no_encoding_is_a_bad_request(fuzz: Fuzz, path: str) -> None:
    assert fuzz.send(0, Request("page", "GET", path, "q=\ud800"))[0] == 400


def test_a_number_that_no_row_can_have_is_not_found(fuzz: Fuzz) -> None:
    who = fuzz.requests.who
    form = urlencode({"csrf_token": who.token}).encode()
    headers = {"Cookie": who.cookie, "Content-Type": "application/x-www-form-urlencoded"}
    path = "/console/pushes/{}/resend"
    answers = [
        fuzz.send(0, Request("form", "POST", path.format(number), "", form, headers))[0]
        for number in (1, 10**30)
    ]
    assert answers == [302, 404]


def test_a_form_with_a_part_that_has_no_name_is_a_bad_request(fuzz: Fuzz) -> None:
    who = fuzz.requests.who
    parts = f'; name="csrf_token"\r\n\r\n{who.token}', "\r\n\r\nx"
    body = "".join(f"--x\r\nContent-Disposition: form-data{part}\r\n" for part in parts) + "--x--"
    headers = {"Cookie": who.cookie, "Content-Type": "multipart/form-data; boundary=x"}
    for path in ("/console/issues/1128-01/do/merge", "/console/signin"):
        assert fuzz.send(0, Request("form", "POST", path, "", body.encode(), headers))[0] == 400
