"""Somebody tries to get in: each attempt of the threat model that no other test makes.

Elsewhere: formulas in test_console_figures and test_imports, sessions and roles in
test_console_door, photos by other names in test_photos_seen, signatures in tests/unit/channels.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import parse_qsl, urlencode

import pytest

from channels.simulator import Delivery, WechatClientSide
from channels.wechat import WechatConfig
from tests.contract import cluster
from tests.contract.engines import ENGINES
from tests.journey.account import AES_KEY, APP_ID, CONFIG, TOKEN, Account, open_account
from tests.journey.office import Office, open_office
from tests.journey.programs import Program
from tests.journey.seats import TOKEN as FORM_TOKEN
from tests.journey.seats import seat
from tests.journey.town import Town

REPORT = "泉馨苑3号楼2单元的楼道灯坏了"
OTHER_KEY = "a" * 42 + "0"


@pytest.fixture
def account(tmp_path: Path) -> Iterator[Account]:
    with open_account(tmp_path / "account") as opened:
        assert opened.runtime.service.prepared(None)
        yield opened


# -- forged callbacks ---------------------------------------------------------------------------


def sealed_by(**changed: str) -> Delivery:
    """A message in safe mode by somebody who has nearly everything right."""
    known = replace(WechatConfig(token=TOKEN, app_id=APP_ID, aes_key=AES_KEY), **changed)  # type: ignore[arg-type]
    return WechatClientSide(known, mode="safe").request("text", "x", REPORT)


def with_query(delivery: Delivery, **changed: str) -> Delivery:
    query = dict(parse_qsl(delivery.query)) | changed
    return delivery._replace(query=urlencode({k: v for k, v in query.items() if v != "-"}))


GENUINE = WechatClientSide(CONFIG, mode="safe").request("text", "x", REPORT)
PLAIN = WechatClientSide(CONFIG).request("text", "x", REPORT)
FORGED = {
    "another token": sealed_by(token="guessed"),
    "another key": sealed_by(aes_key=OTHER_KEY),
    "for another account": sealed_by(app_id="wx0000000000000000"),
    "no signature": with_query(GENUINE, msg_signature="-"),
    "an empty signature": with_query(GENUINE, msg_signature=""),
    "the signature of the address": with_query(
        GENUINE, msg_signature=dict(parse_qsl(GENUINE.query))["signature"]
    ),
    "another nonce": with_query(GENUINE, nonce="1"),
    "another body under a good signature": GENUINE._replace(body=sealed_by().body),
    "plain, with no signature": PLAIN._replace(query=""),
    "plain, with a wrong signature": with_query(PLAIN, signature="0" * 40),
}


@pytest.mark.parametrize("attempt", FORGED)
def test_what_is_forged_records_nothing(account: Account, attempt: str) -> None:
    assert account.post(FORGED[attempt]).status_code in (400, 403)
    assert account.messages() == 0
    assert account.issues() == []


def test_the_genuine_one_is_taken(account: Account) -> None:
    assert account.post(GENUINE).status_code == 200
    assert account.messages() == 1


# -- other people's matters ---------------------------------------------------------------------


def test_another_grids_worker_has_no_hold_on_an_issue(town: Town) -> None:
    town.say("刘福生", "朝阳街小区3号楼门口垃圾没人清，电话13912345678")
    [issue] = town.issues()
    stranger = Program(town, "wangfang", "read", "write", "personal")
    path = f"/issues/{issue.number}"
    assert stranger.refused("GET", path)[0] == 404
    for action, body in (("accept", {}), ("note", {"note": "x"}), ("finish", {"note": "x"})):
        answer = stranger.refused("POST", f"{path}/actions/{action}", json=body)
        assert answer[0] in (403, 404)
    assert stranger.refused("POST", f"{path}/personal", json={"reason": "x"})[0] in (403, 404)
    town.heard("王芳")
    for words in (f"详情 {issue.number}", f"办结 {issue.number} 清了", f"补充 {issue.number} x"):
        reply = town.say("王芳", words) or ""
        assert "垃圾" not in reply
        assert "刘福生" not in reply
    assert town.issue(issue.number).status == "assigned"


@pytest.fixture(params=ENGINES)
def other(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Town]:
    """Another community, on either store."""
    folder = tmp_path / "other"
    folder.mkdir()
    built = Town(folder, options={"database_url": ENGINES[request.param](folder)})
    yield built
    built.runtime.db.close()


def test_another_community_is_another_world(town: Town, other: Town) -> None:
    town.say("李秀兰", REPORT)
    [issue] = town.issues()
    program = Program(town, "gaojianmin", "read")
    assert program.get(f"/issues/{issue.number}")
    headers = {"Authorization": f"Bearer {program.secret}"}
    there = other.runtime.app.test_client()
    assert there.get(f"/api/v1/issues/{issue.number}", headers=headers).status_code == 401
    browser = seat(town, "gaojianmin")
    assert browser.get(f"issues/{issue.number}").status_code == 200
    for cookie in browser.cookies():
        there.set_cookie(cookie.key, cookie.value, path=cookie.path)
    assert there.get("/console/today").status_code == 302
    assert other.issues() == []


def test_two_communities_in_one_postgresql_do_not_see_each_other(tmp_path: Path) -> None:
    towns = [
        Town(tmp_path / name, options={"database_url": cluster.shared().schema()})
        for name in ("one", "two")
    ]
    towns[0].say("李秀兰", REPORT)
    assert [len(each.issues()) for each in towns] == [1, 0]
    for each in towns:
        each.runtime.db.close()


# -- the console --------------------------------------------------------------------------------


def test_somebody_elses_form_token_is_none(town: Town) -> None:
    town.say("李秀兰", REPORT)
    mine, theirs = seat(town, "gaojianmin"), seat(town, "wangfang")
    found = FORM_TOKEN.search(theirs.get("account").text)
    assert found is not None
    path = f"/console/issues/{town.issues()[0].number}/do/accept"
    assert mine.client.post(path, data={"csrf_token": found[1]}).status_code == 400


MARKUP = '"><svg/onload=alert(7)>'


def test_whatever_somebody_says_is_never_markup(town: Town) -> None:
    """Names, notes, reasons and results; on pages, in what renews them, and on the phones."""
    with town.runtime.db.write() as tx:
        tx.run("UPDATE people SET name = :name WHERE id = 'lixiulan'", name=f"李{MARKUP}")
    town.say("李秀兰", f"{REPORT}{MARKUP}")
    number = town.issues()[0].number
    for who, words in (
        ("张建国", f"接单 {number}"), ("张建国", f"补充 {number} {MARKUP}"),
        ("张建国", f"办结 {number} {MARKUP}"), ("李秀兰", f"不满意 {MARKUP}"),
    ):  # fmt: skip
        town.say(who, words)
    browser = seat(town, "gaojianmin")
    pages = ("today", "today/piles", "issues", "board", f"issues/{number}", "ledger", "wall",
             "ledger/print", "reports", "reports/print", "statistics", "log")  # fmt: skip
    for page in pages:
        assert "<svg/onload" not in browser.get(page).text, page
    assert "&lt;svg/onload" in browser.get(f"issues/{number}").text
    client = town.runtime.app.test_client()
    feed = client.get("/chat/feed?after=0")
    assert (feed.mimetype, "svg/onload" in feed.text) == ("application/json", True)
    assert "onload" not in client.get("/chat").text


BLANKS = ("{number}", "{0.__class__}", "{", "{{7*7}}", "%(number)s")


@pytest.mark.parametrize("words", BLANKS)
def test_words_with_blanks_are_words(town: Town, words: str) -> None:
    """A reply has blanks that are filled; what fills them is not filled again."""
    town.say("李秀兰", f"{REPORT}，写着{words}")
    number = town.issues()[0].number
    assert town.issue(number).text.endswith(f"写着{words}")
    assert any(words in text for text in town.heard("张建国"))
    town.say("张建国", f"接单 {number}")
    town.say("张建国", f"办结 {number} 换了{words}灯")
    assert any(f"换了{words}灯" in text for text in town.heard("李秀兰"))
    page = seat(town, "gaojianmin").get(f"issues/{number}").text
    assert f"换了{words}灯" in page
    assert not re.search(r"写着49|换了49|换了1123-01灯", page)


# -- files --------------------------------------------------------------------------------------


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with open_office(tmp_path / "office") as opened:
        yield opened


@pytest.mark.parametrize(
    "media_id", ["../../secret.key", "..%2f..%2fhuying.db", "/etc/passwd", "a?b=c&d"]
)
def test_a_medias_id_leads_nowhere(office: Office, media_id: str) -> None:
    """It is a word in a question to the vendor, and no part of a path, here or there."""
    photo = (Path(__file__).parents[2] / "docs" / "chat.png").read_bytes()
    office.wechat.wrote("sim-lixiulan")
    office.wechat.media[media_id] = photo
    office.resident_says("sim-lixiulan", REPORT)
    office.post(office.resident_side.request("image", "sim-lixiulan", media_id=media_id))
    office.settle()
    with office.runtime.db.read() as tx:
        [file] = tx.rows("SELECT status, sha FROM media")
    folder = office.runtime.settings.data_dir
    kept = {path.relative_to(folder).as_posix() for path in folder.rglob("*.jpg")}
    assert file["status"] == "kept"
    assert kept == {f"media/{file['sha'][:2]}/{file['sha']}.jpg"}
    assert "/cgi-bin/media/get" in office.wechat.paths
