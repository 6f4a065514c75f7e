"""Who gets into the console, and what keeps everybody else out."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path

import pyotp
import pytest

from console.shell import ANYBODY, Shell
from data.settings import Console
from data.tables import logins
from desk import logins as door
from tests.journey.seats import PASSWORD, Seat, invite, seat, sign_in
from tests.journey.town import Town

ROLES = {
    "worker": "wangfang",
    "member": "zhangjianguo",
    "secretary": "gaojianmin",
    "street": "songwei",
    "admin": "wuqian",
}
ARGUMENTS = {"reference": "1123-01", "action": "accept", "person": "wangfang", "push": "1",
             "view": "1", "name": "x", "by": "grid", "rest": "nowhere", "area": "topics",
             "key": "1", "doing": "propose", "kind": "units", "entry": "repair.light",
             "amendment": "1"}  # fmt: skip
OF_SETTINGS = {**ARGUMENTS, "area": "catalogue"}


def shell(town: Town) -> Shell:
    found: Shell = town.runtime.app.extensions["console"]
    return found


def addresses(town: Town, method: str) -> dict[str, str]:
    """Every console endpoint with this method, at an address of its own."""
    found = {}
    for rule in town.runtime.app.url_map.iter_rules():
        if rule.endpoint.startswith("console.") and method in (rule.methods or ()):
            known = OF_SETTINGS if rule.rule.startswith("/console/settings") else ARGUMENTS
            parts = re.split(r"<(?:\w+(?:\([^)]*\))?:)?(\w+)>", rule.rule)
            parts[1::2] = [known[name] for name in parts[1::2]]
            found[rule.endpoint] = "".join(parts)
    return found


def cookie(browser: Seat) -> str:
    """The value of the browser's session cookie."""
    held = browser.client.get_cookie("huying", path="/console")
    return held.value if held else ""


def test_nothing_is_open_but_the_door(town: Town) -> None:
    client = town.runtime.app.test_client()
    for endpoint, path in addresses(town, "GET").items():
        response = client.get(path)
        if shell(town).pages[endpoint] is ANYBODY:
            assert response.status_code in (200, 404), path
        else:
            assert response.status_code == 302, path
            assert response.headers["Location"].startswith("/console/signin"), path


@pytest.mark.parametrize("role", ROLES)
def test_every_page_opens_for_its_roles_and_no_others(town: Town, role: str) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    town.say("李秀兰", "提议 在3号楼前装扶手")
    town.say("吴倩", "立题 题-1")
    browser = seat(town, ROLES[role])
    for endpoint, path in addresses(town, "GET").items():
        allowed = shell(town).pages[endpoint]
        status = browser.client.get(path).status_code
        if allowed and role not in allowed:
            assert status == 403, path
        elif endpoint in ("console.nowhere", "console.static"):
            assert status == 404, path
        else:
            assert status in (200, 302), path


@pytest.mark.parametrize("role", ROLES)
def test_every_deed_is_refused_to_other_roles(town: Town, role: str) -> None:
    browser = seat(town, ROLES[role])
    for endpoint, path in addresses(town, "POST").items():
        allowed = shell(town).pages[endpoint]
        if allowed and role not in allowed:
            assert browser.post(path.removeprefix("/console/")).status_code == 403, path


def test_no_deed_without_the_pages_own_token(town: Town) -> None:
    browser = seat(town, "wuqian")
    for path in addresses(town, "POST").values():
        for form in ({}, {"csrf_token": "forged"}):
            assert browser.client.post(path, data=form).status_code == 400, path


def test_a_resident_cannot_have_a_login(town: Town) -> None:
    assert seat(town, "wuqian").post("staff/lixiulan/code").status_code == 404


def test_wrong_passwords_lock_the_login_for_a_while_and_a_restart_forgives_nothing(
    town: Town,
) -> None:
    seat(town, "wangfang")
    for _ in range(Console().tries):
        assert sign_in(town, "wangfang", "wrong")[1] == 401
    assert sign_in(town, "wangfang")[1] == 429
    again = Town(town.folder, town.now)
    assert sign_in(again, "wangfang")[1] == 429
    again.now += timedelta(minutes=Console().lock_minutes, seconds=1)
    assert sign_in(again, "wangfang")[1] == 302
    again.runtime.db.close()


def test_an_unknown_name_is_answered_as_a_wrong_password_is(town: Town) -> None:
    seat(town, "wangfang")
    wrong = sign_in(town, "wangfang", "wrong")[0].post("signin", name="wangfang", password="x")
    unknown = sign_in(town, "nobody")[0].post("signin", name="nobody", password="x")
    said = re.compile(r'role="alert">([^<]+)')
    assert wrong.status_code == unknown.status_code == 401
    assert said.findall(wrong.text) == said.findall(unknown.text) != []


def test_signing_in_gives_a_new_session_and_signing_out_ends_it_on_the_server(town: Town) -> None:
    seat(town, "wangfang")
    browser = Seat(town.runtime.app.test_client(), "wangfang")
    browser.get("signin")
    planted = cookie(browser)
    browser.post("signin", name="wangfang", password=PASSWORD)
    held = cookie(browser)
    assert held != planted != ""
    thief = town.runtime.app.test_client()
    thief.set_cookie("huying", planted, path="/console")
    assert thief.get("/console/today").status_code == 302
    assert browser.get("today").status_code == 200
    browser.post("signout")
    thief.set_cookie("huying", held, path="/console")
    assert thief.get("/console/today").status_code == 302


def test_a_session_ends_when_idle_and_after_its_hours_however_busy(town: Town) -> None:
    rules = Console()
    browser = seat(town, "wangfang")
    town.now += timedelta(minutes=rules.idle_minutes - 1)
    assert browser.get("today").status_code == 200
    town.now += timedelta(minutes=rules.idle_minutes + 1)
    assert browser.get("today").status_code == 302
    busy, _ = sign_in(town, "wangfang")
    for _ in range(rules.hours):
        town.now += timedelta(hours=1)
        status = busy.get("today").status_code
    assert status == 302


def test_a_page_that_only_renews_itself_keeps_nobody_signed_in(town: Town) -> None:
    browser = seat(town, "wangfang")
    quiet = {"X-Quiet": "1", "HX-Request": "true"}
    for _ in range(Console().idle_minutes // 30 + 1):
        town.now += timedelta(minutes=30)
        last = browser.get("today/piles", **quiet)
    assert last.status_code == 401
    assert last.headers["HX-Redirect"] == "/console/signin"


def test_the_cookie_is_for_this_console_only(town: Town) -> None:
    for scheme, secure in (("http", False), ("https", True)):
        client = town.runtime.app.test_client()
        response = client.get("/console/signin", base_url=f"{scheme}://localhost")
        [sent] = response.headers.getlist("Set-Cookie")
        assert sent.startswith("huying=")
        assert "HttpOnly" in sent
        assert "SameSite=Lax" in sent
        assert "Path=/console" in sent
        assert ("Secure" in sent) == secure


def test_every_answer_carries_the_security_headers(town: Town) -> None:
    browser = seat(town, "wangfang")
    for path in ("today", "signin", "nowhere", "check"):
        headers = browser.get(path).headers
        policy = headers["Content-Security-Policy"]
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert headers["Cache-Control"] == "no-store"


def test_a_code_sets_a_password_once(town: Town) -> None:
    code = invite(town, "wangfang")
    browser = Seat(town.runtime.app.test_client(), "wangfang")
    form = {"name": "wangfang", "password": PASSWORD, "again": PASSWORD}
    assert browser.post("setup", **form, code="nonsense").status_code == 400
    for easy in ("short", "1234567890123", "wangfang-2026", "aaaaaaaaaaaa"):
        again = form | {"password": easy, "again": easy}
        assert browser.post("setup", **again, code=code).status_code == 400, easy
    assert browser.post("setup", **form, code=code.upper()).status_code == 302
    other = Seat(town.runtime.app.test_client(), "wangfang")
    assert other.post("setup", **form, code=code).status_code == 400


def test_a_code_does_not_last(town: Town) -> None:
    code = invite(town, "wangfang")
    town.now += timedelta(days=door.CODE_DAYS, seconds=1)
    browser = Seat(town.runtime.app.test_client(), "wangfang")
    form = {"name": "wangfang", "password": PASSWORD, "again": PASSWORD, "code": code}
    assert browser.post("setup", **form).status_code == 400


def test_codes_cannot_be_guessed_for_ever(town: Town) -> None:
    code = invite(town, "wangfang")
    browser = Seat(town.runtime.app.test_client(), "wangfang")
    form = {"name": "wangfang", "password": PASSWORD, "again": PASSWORD}
    for _ in range(Console().tries):
        assert browser.post("setup", **form, code="guess").status_code == 400
    assert browser.post("setup", **form, code=code).status_code == 429


def test_the_second_factor_is_asked_for_and_each_code_counts_once(town: Town) -> None:
    browser = seat(town, "wangfang")
    page = browser.said("account/totp", begin="1")
    secret = re.findall(r'class="secret">([A-Z2-7]+)<', page)[0]
    assert "动态验证码已打开" not in browser.said("account/totp", code="000000")
    code = pyotp.TOTP(secret).at(town.now)
    assert "动态验证码已打开" in browser.said("account/totp", code=code)
    town.now += timedelta(minutes=2)
    code = pyotp.TOTP(secret).at(town.now)
    assert sign_in(town, "wangfang")[1] == 401
    assert sign_in(town, "wangfang", totp="000000")[1] == 401
    assert sign_in(town, "wangfang", totp=code)[1] == 302
    assert sign_in(town, "wangfang", totp=code)[1] == 401


def test_a_new_password_ends_the_sessions_elsewhere(town: Town) -> None:
    here = seat(town, "wangfang")
    elsewhere, _ = sign_in(town, "wangfang")
    new = "another-good-password"
    said = here.said("account/password", old="wrong", password=new, again=new)
    assert "账号或密码不对" in said
    said = here.said("account/password", old=PASSWORD, password=new, again=new)
    assert "密码已改" in said
    assert here.get("today").status_code == 200
    assert elsewhere.get("today").status_code == 302
    assert sign_in(town, "wangfang")[1] == 401
    assert sign_in(town, "wangfang", new)[1] == 302


def test_the_administrator_stops_a_login_at_once(town: Town) -> None:
    admin, worker = seat(town, "wuqian"), seat(town, "wangfang")
    assert "已停用" in admin.said("staff/wangfang/access", stop="1")
    assert worker.get("today").status_code == 302
    assert sign_in(town, "wangfang")[1] == 401
    assert "不能停用自己" in admin.said("staff/wuqian/access", stop="1")
    assert "可以登录" in admin.said("staff/wangfang/access", stop="")
    assert sign_in(town, "wangfang")[1] == 302
    assert "停用" in admin.get("log").text


def test_the_first_administrator_needs_the_password_of_the_environment_or_a_code(
    town: Town, tmp_path: Path
) -> None:
    settings = town.runtime.settings
    code = door.first_administrator(town.runtime.db, settings, "管理员", town.now)
    assert code is not None
    given = Town(tmp_path / "given", options={"admin_password": PASSWORD})
    assert sign_in(given, "admin")[1] == 302
    assert door.first_administrator(given.runtime.db, given.runtime.settings, "", town.now) is None
    given.runtime.db.close()


def test_after_signing_in_one_goes_on_only_within_the_console(town: Town) -> None:
    seat(town, "wangfang")
    for wanted, goes in (
        ("/console/issues?status=open", "/console/issues?status=open"),
        ("https://evil.example/", "/console/today"),
        ("//evil.example/console", "/console/today"),
        ("/console\\@evil.example", "/console/today"),
    ):
        browser = Seat(town.runtime.app.test_client(), "wangfang")
        token = re.findall(r'csrf_token" value="([^"]+)', browser.get("signin").text)[0]
        form = {"csrf_token": token, "name": "wangfang", "password": PASSWORD}
        response = browser.client.post("/console/signin", query_string={"next": wanted}, data=form)
        assert response.headers["Location"] == goes


def test_the_key_of_the_cookies_is_made_once_and_kept_from_others(town: Town) -> None:
    path = town.folder / "secret.key"
    assert path.stat().st_mode & 0o077 == 0
    assert path.read_bytes() == town.runtime.app.secret_key
    again = Town(town.folder, town.now)
    assert again.runtime.app.secret_key == town.runtime.app.secret_key
    again.runtime.db.close()


def test_only_hashes_are_kept(town: Town) -> None:
    browser = seat(town, "wangfang")
    with town.runtime.db.read() as tx:
        login = logins.by_name(tx, "wangfang")
        [session] = logins.sessions_of(tx, "wangfang")
    assert login is not None
    assert login.password.startswith("scrypt:")
    assert PASSWORD not in login.password
    with browser.client.session_transaction(base_url="http://localhost/console") as held:
        assert held["key"] not in session.hash
