"""A real page on a real server, looked at with the machine's own Chromium."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from werkzeug.serving import make_server

from console.chat import blueprint
from tests.browser.fake_phones import DESK, FakePhones, Site, answer

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
    thread = threading.Thread(target=server.serve_forever, daemon=True)
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
