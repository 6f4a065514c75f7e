"""Events go out to programs: signed, once each, through the outbox, and nowhere inside."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from data.rows import StoredPush
from desk import api_tokens, webhooks
from desk.audit import verify
from tests.journey.programs import DOOR, LIGHT, Program, reported
from tests.journey.town import Town


@dataclass
class Receiver:
    """A program that listens: it keeps what comes, and answers as it is told."""

    url: str = ""
    answers: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def bodies(self) -> list[Any]:
        return [json.loads(body) for _, body in self.heard]

    def actions(self) -> list[str]:
        return [body["event"]["action"] for body in self.bodies()]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.heard.append((dict(self.headers), body))
            status, headers = kept.answers.pop(0) if kept.answers else (200, {})
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    kept.url = f"http://127.0.0.1:{server.server_port}/huying?of=city"
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def town(town: Town) -> Iterator[Town]:
    """The sample community, which may push to addresses inside: that is where the test listens."""
    built = Town(town.folder / "open", options={"api": {"private_webhooks": True}})
    yield built
    built.runtime.db.close()


@pytest.fixture
def city(town: Town) -> Program:
    return Program(town, "gaojianmin", "read", "write", "admin", name="city")


def pushes(town: Town) -> list[StoredPush]:
    with town.runtime.db.read() as tx:
        return tx.all(StoredPush, "SELECT * FROM outbox WHERE channel = 'webhook' ORDER BY id")


def test_each_event_comes_once_signed_and_in_order(
    town: Town, city: Program, receiver: Receiver
) -> None:
    reported(town, DOOR, "repair.door")  # before anybody listened
    hook = city.post("/webhooks", {"url": receiver.url})
    reported(town)
    town.say("张建国", "接单 1123-02")
    town.say("张建国", "办结 1123-02 换了灯泡")
    assert town.runtime.deliver_events() == 3
    assert town.runtime.deliver_events() == 0
    assert receiver.actions() == ["record", "accept", "finish"]
    for headers, body in receiver.heard:
        signed = headers["Huying-Timestamp"].encode() + b"." + body
        digest = hmac.new(hook["secret"].encode(), signed, hashlib.sha256).hexdigest()
        assert headers["Huying-Signature"] == f"v1={digest}"
        assert int(headers["Huying-Timestamp"]) == int(town.now.timestamp())
        assert headers["Content-Type"] == "application/json"
    assert len({headers["Huying-Delivery"] for headers, _ in receiver.heard}) == 3
    told = receiver.bodies()
    assert [body["event"] for body in told] == city.get("/issues/1123-02")["events"]
    assert told[-1]["issue"] == city.get("/issues/1123-02")["issue"]
    assert told[0]["type"] == "issue.record"
    assert hook["secret"] not in json.dumps(city.get("/webhooks"))


def test_only_what_was_asked_for_and_may_be_seen(
    town: Town, city: Program, receiver: Receiver
) -> None:
    city.post("/webhooks", {"url": receiver.url, "events": ["finish"]})
    neighbour = Program(town, "zhangwei", "admin")
    neighbour.post("/webhooks", {"url": receiver.url})
    reported(town)
    town.say("张建国", "办结 1123-01 换了灯泡")
    town.runtime.deliver_events()
    assert receiver.actions() == ["finish"]
    reported(town, "泉馨苑6号楼门禁坏了", "repair.door", by="zhangwei")
    town.runtime.deliver_events()
    assert receiver.actions() == ["finish", "record"]
    refusal = city.refused(
        "POST", "/webhooks", json={"url": receiver.url, "events": ["finish", "explode"]}
    )
    assert refusal == (422, "unknown_action")


def test_personal_data_needs_the_scope_and_is_written_down(
    town: Town, city: Program, receiver: Receiver
) -> None:
    body = {"url": receiver.url, "personal": True, "events": ["record"]}
    assert city.refused("POST", "/webhooks", json=body) == (403, "no_scope")
    city.post("/webhooks", body | {"personal": False})
    said = "泉馨苑3号楼2单元301漏水，电话13812345678"
    reported(town, said, "repair.roof")
    town.runtime.deliver_events()
    for personal in (b"13900000101", b"13812345678", "李秀兰".encode(), b"301"):
        assert personal not in receiver.heard[0][1]

    trusted = Program(town, "gaojianmin", "admin", "personal", "read", name="trusted")
    trusted.post("/webhooks", body)
    reported(town)
    town.runtime.deliver_events()
    town.runtime.deliver_events()
    with_data = [told for told in receiver.bodies() if "personal" in told]
    assert [told["personal"]["phone"] for told in with_data] == ["13900000101"]
    actions = [event["action"] for event in trusted.get("/issues/1123-02")["events"]]
    assert actions == ["record", "disclose"]
    assert list(verify(town.runtime.db)) == []


def test_a_receiver_in_trouble_gets_the_same_delivery_again(
    town: Town, city: Program, receiver: Receiver
) -> None:
    city.post("/webhooks", {"url": receiver.url})
    receiver.answers = [(500, {}), (429, {"Retry-After": "120"})]
    reported(town)
    town.runtime.deliver_events()
    [push] = pushes(town)
    assert (push.status, push.cause) == ("queued", "HTTP 500")
    town.now += timedelta(seconds=5)
    town.runtime.deliver_events()
    [push] = pushes(town)
    assert push.next_at == town.now + timedelta(seconds=120)
    town.now += timedelta(seconds=121)
    town.runtime.deliver_events()
    assert [push.status for push in pushes(town)] == ["sent"]
    assert len({headers["Huying-Delivery"] for headers, _ in receiver.heard}) == 1
    assert len({headers["Huying-Signature"] for headers, _ in receiver.heard}) == 3
    assert len({body for _, body in receiver.heard}) == 1


def test_an_address_that_fails_rests_so_that_others_are_not_held_up(
    town: Town, city: Program, receiver: Receiver
) -> None:
    city.post("/webhooks", {"url": receiver.url})
    receiver.answers = [(503, {})]
    for building in (3, 4, 5):
        city.report(f"泉馨苑{building}号楼的长椅坏了", category="repair.public")
    town.runtime.deliver_events()
    assert len(receiver.heard) == 1
    assert [push.status for push in pushes(town)] == ["queued"] * 3
    town.now += timedelta(minutes=1)
    town.runtime.deliver_events()
    assert [push.status for push in pushes(town)] == ["sent"] * 3


@pytest.mark.parametrize("status", [400, 404, 301])
def test_what_will_never_be_taken(
    town: Town, city: Program, receiver: Receiver, status: int
) -> None:
    city.post("/webhooks", {"url": receiver.url})
    receiver.answers = [(status, {"Location": receiver.url})]
    reported(town)
    town.runtime.deliver_events()
    assert len(receiver.heard) == 1  # a redirection is not followed
    [push] = pushes(town)
    assert push.status == ("queued" if status == 301 else "dead")
    assert push.cause == f"HTTP {status}"


def test_gone_is_the_end(town: Town, city: Program, receiver: Receiver) -> None:
    city.post("/webhooks", {"url": receiver.url})
    receiver.answers = [(410, {})]
    reported(town)
    town.say("张建国", "接单 1123-01")
    town.runtime.deliver_events()
    assert len(receiver.heard) == 1
    assert [push.status for push in pushes(town)] == ["dead", "cancelled"]
    assert city.get("/webhooks")["items"] == []


def test_an_ended_webhook_and_a_revoked_key_are_silent(
    town: Town, city: Program, receiver: Receiver
) -> None:
    hook = city.post("/webhooks", {"url": receiver.url})
    other = Program(town, "gaojianmin", "admin", name="other")
    mine = f"/webhooks/{hook['id']}"
    assert other.refused("DELETE", mine) == (404, "not_found")
    other.post("/webhooks", {"url": receiver.url})
    reported(town)
    assert webhooks.queue(town.runtime.db, town.runtime.service, town.now) == 2
    assert city.call("DELETE", mine).status_code == 204
    assert city.refused("DELETE", mine) == (404, "not_found")
    with town.runtime.db.write() as tx:
        assert api_tokens.revoke(tx, "other", town.now)
    town.say("张建国", "接单 1123-01")
    assert town.runtime.deliver_events() == 0
    assert receiver.heard == []


def test_a_key_that_has_run_out_is_told_nothing(town: Town, receiver: Receiver) -> None:
    short = Program(town, "gaojianmin", "admin", name="short", days=1)
    short.post("/webhooks", {"url": receiver.url})
    town.now += timedelta(days=1)
    reported(town)
    assert town.runtime.deliver_events() == 0


def test_nothing_is_lost_when_the_process_dies_between_event_and_delivery(
    town: Town, city: Program, receiver: Receiver
) -> None:
    city.post("/webhooks", {"url": receiver.url})
    reported(town)
    again = Town(town.folder, options=town.options)
    assert again.runtime.deliver_events() == 1
    assert again.runtime.deliver_events() == 0
    assert town.runtime.deliver_events() == 0
    assert receiver.actions() == ["record"]
    again.runtime.db.close()


def test_a_slow_program_does_not_hold_up_anybodys_phone(
    town: Town, city: Program, receiver: Receiver
) -> None:
    """People's pushes are another courier's: it does not even look at programs'."""
    city.post("/webhooks", {"url": receiver.url})
    city.report(LIGHT)
    webhooks.queue(town.runtime.db, town.runtime.service, town.now)
    town.runtime.courier.deliver_due()
    assert "【新工单】1123-01" in town.heard("张建国")[0]
    assert receiver.heard == []


def test_no_address_inside_is_taken_or_called(tmp_path: Path, receiver: Receiver) -> None:
    closed = Town(tmp_path / "closed")
    city = Program(closed, "gaojianmin", "admin")
    for url in (
        receiver.url,
        "https://127.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://[::1]/",
    ):
        refusal = city.refused("POST", "/webhooks", json={"url": url})
        assert refusal == (403, "bad_address")
    hook = city.post("/webhooks", {"url": "https://localhost.localdomain.example/x"})
    with closed.runtime.db.write() as tx:  # as if its name led inside by now
        tx.run("UPDATE webhooks SET url = :url WHERE id = :id", url=receiver.url, id=hook["id"])
    reported(closed)
    closed.runtime.deliver_events()
    [push] = pushes(closed)
    assert push.status == "dead"
    assert push.cause.startswith("refused")
    assert receiver.heard == []
    closed.runtime.db.close()
