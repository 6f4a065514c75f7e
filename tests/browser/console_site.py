"""The whole application on a real server, with a morning's issues in it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from playwright.sync_api import Page
from werkzeug.serving import make_server

from tests.journey.town import Town

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text(encoding="utf-8")
# Only what is wanted is handed over: all that axe has looked at takes as long as looking.
FIND = """axe.run(document, {resultTypes: ['violations'], preload: false}).then(found =>
    found.violations.filter(each => ['serious', 'critical'].includes(each.impact))
        .map(each => `${each.id}: ${each.nodes[0].html.slice(0, 120)}`))"""
SignIn = Callable[..., Page]
ROLES = {
    "worker": "wangfang",
    "member": "zhangjianguo",
    "secretary": "gaojianmin",
    "street": "songwei",
    "admin": "wuqian",
}


@dataclass(frozen=True)
class Console:
    """Where it is, and the town behind it."""

    url: str
    town: Town


def open_morning(town: Town) -> None:
    for name, text in (
        ("李秀兰", "3号楼2单元的楼道灯坏了，老人下楼看不见"),
        ("张伟", "6号楼1单元停水了"),
        ("张伟", "6号楼1单元的楼道灯坏了"),
        ("刘福生", "3号楼门口垃圾没人清"),
        ("杨帆", "楼上装修太吵了，5号楼3单元"),
    ):
        town.say(name, text)
    town.say("聂志勇", "接单 1123-02")
    town.say("李平", "退单 1123-05 找不到人")


@contextmanager
def serving(town: Town) -> Iterator[Console]:
    open_morning(town)
    server = make_server("127.0.0.1", 0, town.runtime.app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    yield Console(f"http://127.0.0.1:{server.server_port}/console", town)
    server.shutdown()
    thread.join()
    server.server_close()


def watched(page: Page) -> None:
    """From now on axe-core is on each page already: for a test that looks at many."""
    page.add_init_script(AXE)


def serious(page: Page) -> list[str]:
    """What axe-core finds that keeps somebody out."""
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE)  # not a script tag: the page's own policy would refuse it
    found: list[str] = page.evaluate(FIND)
    return found
