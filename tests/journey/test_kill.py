"""kill -9 of web server and worker amid messages: all that was acknowledged is there, once.

The real processes on either store, real HTTP in and out, kills at moments drawn from a fixed seed;
each delivery is tried three times, as WeChat does. The large version: `python -m bench.faults`.
"""

from __future__ import annotations

import random
import time
from collections import Counter
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bench.faults.counts import count
from bench.faults.scenes import filled
from bench.faults.site import Site
from bench.faults.stream import Stream, vendor
from data.contents import load_content
from desk.check import check
from tests.contract.engines import ENGINES

IN_DOUBT, DEAD = 27, 26


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_acknowledged_is_lost_and_nothing_is_done_twice(
    engine: str, tmp_path: Path
) -> None:
    (tmp_path / "run").mkdir()
    dice = random.Random(20261128)
    with vendor(slow=True) as api:
        site = Site(tmp_path, ENGINES[engine](tmp_path / "run"), api.base)
        stream = Stream(site, pause=0.2)
        filled(site, api)
        with site.running():
            with stream.flowing():
                for process in site.processes:
                    stream.until(8)
                    time.sleep(dice.uniform(0.0, 0.6))
                    process.kill()
                    process.start()
                stream.until(8)
            counts = count(site, stream, api)
        assert stream.failures, "no kill hit a delivery: the test shows nothing"
        assert counts.faults == {}
        assert counts.pushes >= counts.issues > 16
        assert told(site) == counts.in_doubt


def told(site: Site) -> int:
    """How many pushes `check` says that somebody must look after."""
    content = load_content(site.settings().content_dir)
    with site.store() as database:
        found = Counter(
            each.code for each in check(database, content, site.settings(), datetime.now(UTC))
        )
    return found[IN_DOUBT] + found[DEAD]
