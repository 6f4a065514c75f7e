"""Told to end, as at every upgrade, the processes finish the push they are sending."""

from __future__ import annotations

import signal
import time
from pathlib import Path

import pytest

from bench.faults.scenes import filled
from bench.faults.site import Process, Site
from bench.faults.stream import Stream, vendor
from data.rows import StoredPush
from tests.journey.fake_wechat import slow


@pytest.mark.parametrize("alone", [True, False], ids=["serve", "serve --no-work and work"])
def test_a_push_under_way_is_not_in_doubt(tmp_path: Path, alone: bool) -> None:
    with vendor() as api:
        site = Site(tmp_path, f"sqlite:///{tmp_path / 'run' / 'huying.db'}", api.base)
        site.data.mkdir()
        filled(site, api)
        if not alone:
            site.web.command = (*site.web.command, "--no-work")
        api.next_send.append(slow(1.5))
        stream = Stream(site, callers=1, pause=1.0)
        processes = [site.web] if alone else site.processes
        try:
            for process in processes:
                process.start()
            with stream.flowing():
                stream.until(1)
                deadline = time.monotonic() + 60
                while not api.send_calls:
                    assert time.monotonic() < deadline, site.web.log.read_text()
                    time.sleep(0.01)
                assert [ended(process) for process in processes] == [0] * len(processes)
        finally:
            for process in processes:
                process.kill()
        with site.store() as database, database.read() as tx:
            pushes = tx.all(StoredPush, "SELECT * FROM outbox ORDER BY id")
    assert pushes[0].status == "sent"
    assert {push.status for push in pushes} <= {"sent", "queued"}
    assert not any(push.in_doubt for push in pushes)


def ended(process: Process) -> int:
    """The exit status of a process that was told to end."""
    running = process.running
    assert running is not None
    running.send_signal(signal.SIGTERM)
    return running.wait(20)
