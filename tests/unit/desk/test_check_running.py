"""What `check` finds in a deployment that runs, and that it finds nothing where all is well."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from data.rows import Issue, Status, StoredMessage
from data.tables import issues, media, messages, outbox, vitals
from desk.check_running import REFUSED
from tests.contract.test_tables import ISSUE, MESSAGE
from tests.unit.desk.check_bench import NOW, Bench

SHA = "ab" * 32
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def skewed(bench: Bench, seconds: float, at: datetime = NOW) -> None:
    with bench.db.write() as tx:
        vitals.put_skew(tx, seconds, at)


def refused(bench: Bench, reason: str, channel: str = "wechat", at: datetime = NOW) -> None:
    with bench.db.write() as tx:
        vitals.refuse(tx, channel, reason, 3, at)


def heard(bench: Bench, at: datetime, channel: str = "wechat") -> None:
    """A message came through."""
    message: StoredMessage = replace(
        MESSAGE, key=f"{channel}:{at}", channel=channel, received_at=at, person="lixiulan"
    )
    with bench.db.write() as tx:
        messages.receive(tx, message)


def issue(bench: Bench, due: datetime = NOW, **changes: object) -> Issue:
    more = {"reporter": "lixiulan", "owner_team": "xiaobanshou", "done_due": due, **changes}
    made: Issue = replace(ISSUE, **more)  # type: ignore[arg-type]
    with bench.db.write() as tx:
        return replace(made, id=issues.add(tx, made))


def photo(bench: Bench, cause: str, *, dead: bool = False, status: Status = "assigned") -> None:
    """A photo that its vendor would not hand out."""
    owner = issue(bench, status=status)
    with bench.db.write() as tx:
        media.add(
            tx, message="m", person="lixiulan", channel="wechat", reference="M1", kind="image",
            status="waiting", at=NOW,
        )  # fmt: skip
        file = media.claim(tx, ("wechat",), NOW, NOW)
        assert file is not None
        media.attach(tx, file.id, owner.id)
        media.settle(tx, file, "dead" if dead else "waiting", cause=cause, next_at=NOW)


def by_working_days(bench: Bench, year: int) -> None:
    """Something that is to be done within working days of that year."""
    bench.category("repair.light", limit="5wd")
    issue(bench, due=NOW.replace(year=year, month=6))


def left_alone(bench: Bench) -> None:
    """Something to do, and nobody there for six minutes."""
    issue(bench)
    bench.alive(NOW - timedelta(minutes=6))


def of_a_lost_category(bench: Bench) -> None:
    issue(bench, category="repair.gone")


def kept(bench: Bench) -> None:
    """A photo that was fetched, its file on another machine."""
    photo(bench, "")
    with bench.db.write() as tx:
        file = media.claim(tx, ("wechat",), NOW, NOW)
        assert file is not None
        media.keep(tx, file, sha=SHA, type="image/jpeg", width=1, height=1, size=1)


SPOILED: dict[int, Callable[[Bench], None]] = {
    43: lambda b: skewed(b, 61),
    44: lambda b: left_alone(b),
    45: lambda b: refused(b, "signature"),
    46: lambda b: refused(b, "decrypt", "wecom"),
    47: lambda b: refused(b, "receiver", "aibot"),
    48: lambda b: refused(b, "stale"),
    49: lambda b: refused(b, "no_key"),
    50: lambda b: refused(b, "plain"),
    51: lambda b: b.failed("no connection (certificate)", "queued"),
    52: lambda b: b.failed("no connection (name)", "queued", "wecom"),
    53: lambda b: b.failed("no connection (refused)", "queued", "group_robot"),
    54: lambda b: of_a_lost_category(b),
    55: lambda b: b.category("repair.light", limit="0d"),
    56: lambda b: by_working_days(b, 2031),
    57: lambda b: photo(b, "errcode 40007: the vendor no longer has the file", dead=True),
    58: kept,
}


@pytest.mark.parametrize("code", SPOILED)
def test_finding(bench: Bench, code: int) -> None:
    assert bench.found() == {}
    SPOILED[code](bench)
    found = bench.found()
    assert list(found) == [code], found
    assert "{" not in found[code]


# -- the clock ------------------------------------------------------------------------------------


@pytest.mark.parametrize("seconds", [0, 60, -60])
def test_a_clock_that_is_nearly_right_is_no_finding(bench: Bench, seconds: float) -> None:
    skewed(bench, seconds)
    assert bench.found() == {}


def test_it_is_said_which_way_the_clock_is_off(bench: Bench) -> None:
    skewed(bench, 3600)
    assert "快了 3600 秒" in bench.found()[43]
    skewed(bench, -90)
    assert "慢了 90 秒" in bench.found()[43]


def test_a_skew_of_last_week_says_nothing_of_today(bench: Bench) -> None:
    skewed(bench, 3600, NOW - 3 * DAY)
    assert bench.found() == {}


# -- the threads ----------------------------------------------------------------------------------


def test_threads_that_live_are_no_finding(bench: Bench) -> None:
    issue(bench)
    bench.alive(NOW - timedelta(minutes=4))
    assert bench.found() == {}


def test_threads_that_rest_with_nothing_to_do_are_no_finding(bench: Bench) -> None:
    issue(bench, status="closed")
    bench.alive(NOW - 30 * DAY)
    assert bench.found() == {}


def test_whoever_never_ran_is_told_apart_from_who_stopped(bench: Bench) -> None:
    issue(bench)
    bench.alive(NOW - timedelta(minutes=7))
    assert "到期处理已经 7 分钟没有动静" in bench.found()[44]
    with bench.db.write() as tx:
        tx.run("DELETE FROM state WHERE name LIKE 'beat.%'")
    assert "到期处理从来没有动静" in bench.found()[44]


def test_each_thread_answers_for_its_own_work(bench: Bench) -> None:
    later = NOW + HOUR
    with bench.db.write() as tx:
        outbox.add(
            tx, key="k", issue=None, person="wangfang", channel="wechat", address="a", text="t",
            urgent=False, at=later,
        )  # fmt: skip
    assert bench.found() == {}
    bench.alive(NOW - HOUR)
    assert "推送已经 60 分钟没有动静" in bench.found()[44]
    with bench.db.write() as tx:
        vitals.beat(tx, "courier", NOW)
    assert bench.found() == {}
    with bench.db.write() as tx:
        messages.receive(tx, replace(MESSAGE, deferred_until=NOW))
    assert "缓办的话已经 60 分钟没有动静" in bench.found()[44]


# -- callbacks ------------------------------------------------------------------------------------


def test_a_message_that_came_through_since_proves_the_set_up_right(bench: Bench) -> None:
    refused(bench, "signature", at=NOW - HOUR)
    heard(bench, NOW - 2 * HOUR)
    heard(bench, NOW - HOUR / 2, channel="wecom")
    assert "3 次" in bench.found()[45]
    heard(bench, NOW - HOUR / 2)
    assert bench.found() == {}


def test_what_was_refused_days_ago_is_no_finding(bench: Bench) -> None:
    refused(bench, "signature", at=NOW - DAY)
    assert bench.found() == {}


def test_counts_of_several_hours_are_one_finding_that_names_the_setting(bench: Bench) -> None:
    for hours in (5, 3, 0):
        refused(bench, "signature", "wecom", NOW - hours * HOUR)
    found = bench.found()
    assert "9 次" in found[45]
    assert "HUYING_WECOM_TOKEN" in found[45]
    assert "企业微信" in found[45]


def test_every_reason_has_its_finding() -> None:
    assert set(REFUSED) == {"signature", "decrypt", "receiver", "stale", "no_key", "plain"}


# -- causes, deadlines, photos --------------------------------------------------------------------


def test_a_program_that_cannot_be_reached_says_nothing_of_our_network(bench: Bench) -> None:
    bench.failed("no connection (certificate)", "queued", "webhook")
    assert bench.found() == {}


def test_any_other_failure_to_connect_is_not_guessed_at(bench: Bench) -> None:
    bench.failed("no connection (ConnectTimeout)", "queued")
    assert bench.found() == {}


@pytest.mark.parametrize(
    ("cause", "code"),
    [("errcode 60020: x", 34), ("errcode 40164: x", 35), ("no connection (name)", 52)],
)
def test_what_keeps_photos_from_coming_is_found_too(bench: Bench, cause: str, code: int) -> None:
    photo(bench, cause)
    assert set(bench.found()) == {code}


def test_a_photo_that_is_still_tried_is_no_finding(bench: Bench) -> None:
    photo(bench, "HTTP 502")
    assert bench.found() == {}


def test_a_photo_of_something_done_with_is_no_finding(bench: Bench) -> None:
    photo(bench, "errcode 40007: gone", dead=True, status="closed")
    assert bench.found() == {}


def test_a_photo_can_be_fetched_again(bench: Bench) -> None:
    photo(bench, "errcode 40007: gone", dead=True)
    assert "refetch 1" in bench.found()[57]
    with bench.db.write() as tx:
        assert media.retry(tx, 1, NOW)
    assert bench.found() == {}


def test_a_photo_that_lies_where_it_should_is_no_finding(bench: Bench) -> None:
    kept(bench)
    path = bench.settings.photos / SHA[:2] / f"{SHA}.jpg"
    assert str(bench.settings.photos) in bench.found()[58]
    path.parent.mkdir(parents=True)
    path.write_bytes(b"a picture")
    assert bench.found() == {}


def test_working_days_of_a_year_that_is_known_are_no_finding(bench: Bench) -> None:
    by_working_days(bench, 2026)
    assert bench.found() == {}


def test_other_limits_need_no_holidays(bench: Bench) -> None:
    issue(bench, due=NOW.replace(year=2031))
    assert bench.content.catalogue["repair.light"].limit[-2:] != "wd"
    assert bench.found() == {}


def test_what_left_the_catalogue_matters_only_while_it_is_open(bench: Bench) -> None:
    issue(bench, category="repair.gone", status="closed")
    assert bench.found() == {}
    issue(bench, category="repair.gone", number="1123-02")
    assert "1 件在办的事属于“repair.gone”" in bench.found()[54]


@pytest.mark.parametrize("limit", ["0h", "00wd", "soon", ""])
def test_a_limit_that_is_none(bench: Bench, limit: str) -> None:
    bench.category("repair.light", limit=limit)
    assert set(bench.found()) == {55}
