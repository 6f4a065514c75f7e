"""People at the console: a signed-in browser each, over Flask's own client."""

from __future__ import annotations

import re
from dataclasses import dataclass

from flask.testing import FlaskClient
from werkzeug.test import Cookie, TestResponse

from data.tables import people
from desk import logins
from tests.journey.town import Town

PASSWORD = "correct-horse-battery"
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


@dataclass
class Seat:
    """One browser; `person` is whoever signed in with it."""

    client: FlaskClient
    person: str

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.client.get(f"/console/{path}", headers=headers)

    def post(self, path: str, **form: object) -> TestResponse:
        """With the CSRF token of a page that was open."""
        page = self.client.get("/console/account").text or ""
        found = TOKEN.search(page) or TOKEN.search(self.client.get("/console/signin").text)
        assert found is not None
        return self.client.post(f"/console/{path}", data={"csrf_token": found[1], **form})

    def cookies(self) -> list[Cookie]:
        return list((self.client._cookies or {}).values())

    def said(self, path: str, **form: object) -> str:
        """Post, follow, and read what the page says."""
        response = self.post(path, **form)
        assert response.status_code == 302, response.status_code
        return self.client.get(response.headers["Location"]).text


def invite(town: Town, person: str) -> str:
    """A one-time code for a member of staff."""
    with town.runtime.db.write() as tx:
        known = people.by_id(tx, person)
        assert known is not None
        return logins.invite(tx, known, person, town.now)


def seat(town: Town, person: str) -> Seat:
    """A browser in which this member of staff has just chosen a password."""
    browser = Seat(town.runtime.app.test_client(), person)
    code = invite(town, person)
    form = {"name": person, "code": code, "password": PASSWORD, "again": PASSWORD}
    response = browser.post("setup", **form)
    assert response.status_code == 302, response.text
    return browser


def sign_in(town: Town, name: str, password: str = PASSWORD, **more: str) -> tuple[Seat, int]:
    browser = Seat(town.runtime.app.test_client(), name)
    response = browser.post("signin", name=name, password=password, **more)
    return browser, response.status_code
