"""What whoever looks after a deployment sees: figures, health, logs and one issue's life."""

from __future__ import annotations

import json
import logging
import os
import subprocess
import sys
from datetime import timedelta
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import SecretStr

from data.driver import StoreFailed
from data.settings import ROOT, Metrics
from data.tables import vitals
from desk.logs import REQUEST, JsonFormatter, _with_request
from desk.service import SYSTEM, Act
from desk.tracing import trace
from tests.journey.command_line import command
from tests.journey.town import Town

SAID = "泉馨苑小区6号楼1单元807的楼道灯坏了，电话13912345678"


def figures(town: Town) -> dict[tuple[str, ...], float]:
    page = town.runtime.app.test_client().get("/metrics").text
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(page)
        for sample in family.samples
    }


def test_what_happens_is_counted(town: Town) -> None:
    town.say("李秀兰", SAID)
    town.say("张伟", "今天天气不错", "泉馨苑邻里群")
    town.runtime.app.test_client().post("/wechat?signature=x", data=b"<xml/>")
    found = figures(town)
    assert found["huying_messages_total", "wechat", "answered"] == 1
    assert found["huying_messages_total", "aibot", "silent"] == 1
    assert found["huying_callbacks_total", "wechat", "received"] == 1
    assert found["huying_callbacks_total", "wechat", "not_genuine"] == 1
    assert found["huying_pushes_total", "wechat", "sent"] >= 1
    assert found["huying_issues_total",] == 1
    assert found["huying_open_issues",] == 1
    for stage in ("answer", "understand", "commit"):
        assert found["huying_seconds_count", stage] == 2
    assert found["huying_dead_letters",] == 0


def test_pushes_that_wait_or_are_given_up_show(town: Town) -> None:
    town.say("李秀兰", SAID)
    with town.runtime.db.write() as tx:
        tx.run("UPDATE outbox SET status = 'queued'")
    town.now += timedelta(minutes=10)
    assert figures(town)["huying_outbox_age_seconds",] == 600
    with town.runtime.db.write() as tx:
        tx.run("UPDATE outbox SET status = 'dead'")
    found = figures(town)
    assert found["huying_dead_letters",] >= 1
    assert found["huying_outbox_age_seconds",] == 0


def test_figures_may_ask_for_a_word(town: Town) -> None:
    town.runtime.settings.metrics = Metrics(token=SecretStr("a word"))
    client = town.runtime.app.test_client()
    assert client.get("/metrics").status_code == 401
    assert client.get("/metrics", headers={"Authorization": "Bearer a"}).status_code == 401
    good = client.get("/metrics", headers={"Authorization": "Bearer a word"})
    assert good.status_code == 200


def test_counters_of_several_processes_are_added_up(tmp_path: Path) -> None:
    """Each process counts once; whichever is asked knows of all."""
    code = (
        "from desk.metrics import Metrics; m = Metrics(); m.message('wechat', 'answered');"
        "from data.database import Database; from datetime import datetime, UTC;"
        f"db = Database('sqlite:///{tmp_path / 'huying.db'}');"
        "print(m.exposed(db, lambda: datetime.now(UTC)).decode())"
    )
    folder = tmp_path / "counters"
    folder.mkdir()
    env = {**os.environ, "PROMETHEUS_MULTIPROC_DIR": str(folder)}
    pages = [
        subprocess.run(
            [sys.executable, "-c", code],
            cwd=ROOT, env=env, capture_output=True, text=True, check=True,
        ).stdout
        for _ in range(2)
    ]  # fmt: skip
    assert 'huying_messages_total{channel="wechat",fate="answered"} 1.0' in pages[0]
    assert 'huying_messages_total{channel="wechat",fate="answered"} 2.0' in pages[1]


# -- health -------------------------------------------------------------------------------------


def health(town: Town) -> tuple[int, dict[str, str]]:
    answered = town.runtime.app.test_client().get("/healthz")
    return answered.status_code, answered.get_json()


def beat(town: Town) -> None:
    with town.runtime.db.write() as tx:
        for job in ("courier", "sweep"):
            vitals.beat(tx, job, town.now)


def test_health_names_what_is_not_well(town: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    town.runtime.service.prepared(None)
    assert health(town)[1]["worker"] == "courier never seen, sweep never seen"
    assert health(town)[1]["status"] == "degraded"
    beat(town)
    well = {"store": "ok", "understanding": "ok", "outbox": "ok", "worker": "ok"}
    assert health(town) == (200, {"status": "ok", **well})
    town.say("李秀兰", SAID)
    with town.runtime.db.write() as tx:
        tx.run("UPDATE outbox SET status = 'queued'")
    town.now += timedelta(minutes=6)
    status, found = health(town)
    assert (status, found["status"]) == (200, "degraded"), "messages are still answered"
    assert found["outbox"] == "late by 360 s"
    assert found["worker"] == "courier silent for 360 s, sweep silent for 360 s"

    def gone(*_: object) -> None:
        raise StoreFailed("connection to 10.0.0.7 failed")

    monkeypatch.setattr(vitals, "figures", gone)
    status, found = health(town)
    assert (status, found["status"], found["store"]) == (503, "failed", "failed")
    assert town.runtime.app.test_client().get("/metrics").status_code == 503


# -- logs ---------------------------------------------------------------------------------------


def test_a_request_has_an_id_that_its_log_lines_carry(
    town: Town, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.handler.addFilter(_with_request)
    client = town.runtime.app.test_client()
    answered = client.post("/wechat?signature=x", data=b"", headers={"X-Request-ID": "from-nginx"})
    assert answered.headers["X-Request-ID"] == "from-nginx"
    [line] = [record for record in caplog.records if record.name == "channels.door"]
    written = json.loads(JsonFormatter().format(line))
    assert written["request"] == "from-nginx"
    assert (written["level"], written["logger"]) == ("WARNING", "channels.door")
    first, second = (client.get("/healthz").headers["X-Request-ID"] for _ in range(2))
    assert first != second


def test_a_request_that_cannot_be_read_has_an_id_of_its_own(town: Town) -> None:
    client = town.runtime.app.test_client()
    before = client.get("/healthz").headers["X-Request-ID"]
    unreadable = client.open("/healthz", environ_overrides={"QUERY_STRING": "a=\xff"})
    assert unreadable.status_code == 400
    assert unreadable.headers["X-Request-ID"] != before


@pytest.mark.parametrize("given", ["a b", "x" * 41, '"}', ""])
def test_an_id_that_could_forge_a_log_line_is_not_taken(town: Town, given: str) -> None:
    client = town.runtime.app.test_client()
    answered = client.get("/healthz", headers={"X-Request-ID": given})
    assert answered.headers["X-Request-ID"] != given


def test_an_error_is_one_line(caplog: pytest.LogCaptureFixture) -> None:
    REQUEST.set("r1")
    caplog.handler.addFilter(_with_request)
    try:
        raise ValueError("two\nlines")
    except ValueError:
        logging.getLogger("x").exception("it failed\nbadly")
    line = JsonFormatter().format(caplog.records[-1])
    assert "\n" not in line
    assert "ValueError" in json.loads(line)["error"]


# -- trace --------------------------------------------------------------------------------------


def test_one_issue_from_the_message_to_the_last_push(town: Town) -> None:
    town.say("李秀兰", SAID)
    town.say("张建国", "办结 李秀兰家807换了灯泡")
    town.say("李秀兰", "满意")
    [issue] = town.issues()
    with town.runtime.db.read() as tx:
        service = town.runtime.service
        act = Act(tx, service, SYSTEM, town.now, service.roster(tx))
        lines = list(trace(act, issue))
    told = "\n".join(lines)
    assert ["收到" in lines[0], "repair.light" in lines[1], "小扳手" in lines[2]] == [True] * 3
    for word in (
        "第1步 受理",
        "第2步 办结 → done 张建国",
        "满意 → closed 居民",
        "给张建国 走 wechat：sent",
    ):
        assert word in told, word
    for word in ("807", "13912345678", "李秀兰", "lixiulan"):
        assert word not in told, word


def test_trace_as_a_command(tmp_path: Path) -> None:
    done = command(tmp_path, "trace", "0101-99")
    assert done.returncode == 1
    assert "没有 0101-99 这件事" in done.stderr
