"""A real page on a real server, looked at with the machine's own Chromium."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright
from werkzeug.serving import make_server

from console.chat import blueprint
from tests.browser.console_site import Console, SignIn, serving
from tests.browser.fake_phones import DESK, FakePhones, Site, answer
from tests.journey.seats import seat
from tests.journey.town import Town

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@pytest.fixture
def site() -> Iterator[Site]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    phones = FakePhones(answer)
    app = Flask("simulator")
    app.register_blueprint(blueprint(phones))
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Site(f"http://127.0.0.1:{server.server_port}/chat", phones)
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"NO BROWSER TESTED: {CHROMIUM} is missing (apt-get install chromium)")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=str(CHROMIUM), args=list(FLAGS))
        yield opened
        opened.close()


@pytest.fixture
def visit(browser: Browser, site: Site) -> Iterator[Callable[..., Page]]:
    """Opens the page at a size; afterwards no script may have failed, no policy been broken."""
    trouble: list[str] = []
    contexts: list[BrowserContext] = []

    def look(size: tuple[int, int] = DESK, *, fragment: str = "") -> Page:
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.extend([said.text] if said.type == "error" else []))
        page.goto(site.url + fragment)
        page.wait_for_selector("main:not([aria-busy]) .phone")
        return page

    yield look
    for context in contexts:
        context.close()
    # A refused request is also reported by the browser: those are the tests' own doing.
    assert [text for text in trouble if not text.startswith("Failed to load resource")] == []


@pytest.fixture
def console(town: Town) -> Iterator[Console]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    with serving(town) as site:
        yield site


@pytest.fixture
def sign_in(browser: Browser, console: Console) -> Iterator[SignIn]:
    """Opens the console, signed in as somebody; then no script failed and no policy was broken."""
    trouble: list[str] = []
    contexts: list[BrowserContext] = []

    def enter(person: str, size: tuple[int, int] = DESK) -> Page:
        known = seat(console.town, person)
        context = browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            reduced_motion="reduce",
            locale="zh-CN",
        )
        context.set_default_timeout(8000)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: trouble.append(str(error)))
        page.on("console", lambda said: trouble.extend([said.text] if said.type == "error" else []))
        context.add_cookies(
            [{"name": c.key, "value": c.value, "url": console.url} for c in known.cookies()]
        )
        page.goto(f"{console.url}/today")
        expect(page.get_by_role("heading", name="今日")).to_be_visible()
        return page

    yield enter
    for context in contexts:
        context.close()
    assert trouble == []
