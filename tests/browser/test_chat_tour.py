"""The simulator with the whole application behind it: the tour, and photos that can be seen."""

from __future__ import annotations

import logging
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from werkzeug.serving import make_server

from tests.browser.console_site import serious
from tests.browser.fake_phones import DESK, PHONE
from tests.journey.town import Town


@dataclass(frozen=True)
class Running:
    """The application with its threads, as `serve` has it."""

    url: str
    town: Town


@pytest.fixture
def running(town: Town) -> Iterator[Running]:
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    assert town.runtime.service.prepared(None)
    stop = threading.Event()
    threads = town.runtime.start_threads(stop)
    server = make_server("127.0.0.1", 0, town.runtime.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Running(f"http://127.0.0.1:{server.server_port}/chat", town)
    stop.set()
    server.shutdown()
    for each in (*threads, thread):
        each.join(timeout=10)
    server.server_close()


@pytest.fixture
def page(browser: Browser, running: Running, request: pytest.FixtureRequest) -> Iterator[Page]:
    size = getattr(request, "param", DESK)
    context = browser.new_context(
        viewport={"width": size[0], "height": size[1]}, reduced_motion="reduce"
    )
    context.set_default_timeout(15000)
    opened = context.new_page()
    trouble: list[str] = []
    opened.on("pageerror", lambda error: trouble.append(str(error)))
    opened.on("console", lambda said: trouble.extend([said.text] if said.type == "error" else []))
    opened.goto(running.url)
    opened.wait_for_selector("main:not([aria-busy]) .phone")
    yield opened
    context.close()
    # A refused photo is also reported by the browser: that is the test's own doing.
    assert [text for text in trouble if not text.startswith("Failed to load resource")] == []


@pytest.mark.parametrize("page", [DESK, PHONE], ids=["desk", "phone"], indirect=True)
def test_the_tour_plays_a_request_from_the_first_word_to_the_end(
    page: Page, running: Running
) -> None:
    page.get_by_role("button", name="一条诉求的一生").click()
    tour = page.get_by_role("region", name="一条诉求的一生")
    for title in ("一、说一句", "二、听懂了", "三、到了", "四、有人管了", "五、办好了", "六、结案"):
        expect(tour.locator(".stage b")).to_contain_text(title, timeout=20000)
        if title.startswith("三"):
            assert serious(page) == []
        if not title.startswith("六"):
            tour.get_by_role("button", name="下一步").click()
    [issue] = running.town.issues()
    assert issue.status == "closed"
    assert issue.rating == "satisfied"
    assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0
    tour.get_by_role("button", name="结束").click()
    expect(tour).to_be_hidden()


def test_the_tour_can_be_played_again_and_left(page: Page, running: Running) -> None:
    tour = page.get_by_role("region", name="一条诉求的一生")
    for _ in range(2):
        page.get_by_role("button", name="一条诉求的一生").click()
        tour.get_by_role("button", name="下一步").click()
        expect(tour.locator(".stage b")).to_contain_text("二、", timeout=20000)
        tour.get_by_role("button", name="结束").click()
    assert running.town.issues()


def test_a_chosen_photo_is_seen_and_reaches_the_desk(
    page: Page, running: Running, tmp_path: Path
) -> None:
    photo = tmp_path / "wall.png"
    Image.new("RGB", (320, 240), (200, 30, 30)).save(photo)
    lisa = page.locator(".phone").first
    lisa.get_by_role("button", name="照片和扫码").click()
    lisa.get_by_label("选一张照片").set_input_files(photo)
    shown = lisa.locator(".bubble.seen img")
    expect(shown).to_have_count(1)
    expect(shown).to_be_visible()
    assert shown.evaluate("image => image.naturalWidth") == 320
    kept = running.town.folder / "media"
    page.wait_for_timeout(2500)
    [file] = kept.rglob("*.jpg")
    with Image.open(BytesIO(file.read_bytes())) as seen:
        red, green, _ = seen.convert("RGB").resize((1, 1)).getpixel((0, 0))  # type: ignore[misc]
    assert red > 150 > green


def test_what_is_no_photo_is_refused_in_words(page: Page, tmp_path: Path) -> None:
    fake = tmp_path / "photo.png"
    fake.write_text("<svg onload='alert(1)'/>")
    lisa = page.locator(".phone").first
    lisa.get_by_role("button", name="照片和扫码").click()
    lisa.get_by_label("选一张照片").set_input_files(fake)
    expect(lisa.get_by_role("alert")).to_contain_text("这不是能看的照片")
