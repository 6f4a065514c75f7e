"""Every numbered finding can be found, and a sound community has none."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from data.contents import Group
from data.duty_rows import Yard
from data.practice_rows import Bond
from data.rows import Account, PlaceRange
from data.settings import Settings
from data.staff_rows import Amendment
from data.tables import amendments, members, once, outbox, people, roster, yards
from tests.unit.desk.check_bench import CONTENT, NOW, Bench
from tests.unit.desk.test_check_running import SPOILED as RUNNING


def _amended(bench: Bench, area: str, entry: str) -> None:
    with bench.db.write() as tx:
        amendments.add(tx, Amendment(0, NOW, "wuqian", area, entry, "", '"x"', "[]", None))
        roster.touch(tx)


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return Bench(tmp_path)


def test_the_sample_community_is_sound(bench: Bench) -> None:
    assert bench.found() == {}


def test_a_fresh_one_is_sound_before_anything_has_run(bench: Bench) -> None:
    with bench.db.write() as tx:
        tx.run("DELETE FROM state WHERE name LIKE 'beat.%'")
    assert bench.found() == {}


def _last_grid(places: list[PlaceRange], grid: str) -> list[PlaceRange]:
    return [*places[:-1], replace(places[-1], grid=grid)]


def _unbind(bench: Bench, person: str) -> None:
    with bench.db.write() as tx:
        tx.run("DELETE FROM accounts WHERE person = :person", person=person)


SPOILED: dict[int, Callable[[Bench], None]] = {
    1: lambda b: b.category("repair.light", owner="nobody"),
    2: lambda b: b.category("repair.light", examples=("灯坏了",)),
    3: lambda b: b.category("repair.light", words=b.content.catalogue["repair.lift"].words),
    4: lambda b: b.reply("noted", "补充已加到 {number"),
    5: lambda b: b.grids(lambda g: replace(g, parent="GONE") if g.parent else g),
    6: lambda b: b.grids(lambda g: replace(g, level="大") if g.level == "小" else g),
    7: lambda b: b.grids(lambda g: replace(g, parent=None) if g.level == "密" else g),
    8: lambda b: b.grids(lambda g: replace(g, person="nobody") if g.level == "大" else g),
    9: lambda b: b.places(lambda ps: ps[1:]),
    10: lambda b: b.places(lambda ps: _last_grid(ps, "GONE")),
    11: lambda b: b.places(lambda ps: _last_grid(ps, "CYJ")),
    12: lambda b: b.places(
        lambda ps: [*ps, replace(ps[0], id=99, units="", grid=ps[-1].grid, code="")]
    ),
    13: lambda b: b.places(lambda ps: [replace(p, aliases=("大院",)) for p in ps]),
    14: lambda b: b.places(lambda ps: [replace(p, code="same") for p in ps]),
    15: lambda b: b.team("xiaobanshou", members=("nobody",)),
    16: lambda b: b.team("xiaobanshou", members=()),
    17: lambda b: b.team("xiaobanshou", categories=("nothing.*",)),
    18: lambda b: b.team("xiaobanshou", areas=("不存在的小区",)),
    19: lambda b: b.about(desk="gone"),
    20: lambda b: b.about(superior="nobody"),
    21: lambda b: b.about(duty=()),
    22: lambda b: b.about(groups=(Group(chat="c", name="群", estate="不存在"),)),
    23: lambda b: b.team("gongshui", categories=("repair.light",)),
    24: lambda b: _unbind(b, "zhangjianguo"),
    25: lambda b: _unbind(b, "wangfang"),
    26: lambda b: b.push(dead=True),
    27: lambda b: b.push(doubt=True),
    28: lambda b: b.push(due=NOW - timedelta(minutes=9)),
    29: lambda b: setattr(b, "settings", b.settings.model_copy(update={"simulator": "off"})),
    30: lambda b: _account(b, aes_key="short"),
    31: lambda b: _account(b, aes_key="A" * 43),
    32: lambda b: _account(b, secret="s"),
    33: lambda b: _wecom(b, corpid="ww1", secret="s"),
    34: lambda b: b.failed("errcode 60020: not trusted", "queued", "wecom"),
    35: lambda b: b.failed("errcode 40164: not on the white list"),
    36: lambda b: b.failed("errcode 48001: not certified"),
    37: lambda b: b.failed("errcode 45009: quota", "queued"),
    38: lambda b: b.failed("errcode 40125: wrong AppSecret", "queued"),
    39: lambda b: b.failed("errcode 81013: not in range", channel="wecom"),
    40: lambda b: b.failed("errcode 45015: 48 hours", "held"),
    41: lambda b: b.failed("errcode 47003: other fields", "held"),
    42: lambda b: b.failed("errcode 93000: wrong key", "queued", "group_robot"),
    61: lambda b: _stewards(b, ("wangfang", None, "泉馨苑小区", "3")),
    62: lambda b: _stewards(b, (None, "sifaju", "泉馨苑小区", None)),
    63: lambda b: _yard(b, grid="GONE", landlord="zhangwei"),
    64: lambda b: _yard(b, grid="CYJ-2-1-1", landlord=None),
    65: lambda b: _amended(b, "replies", "gone.with_the_upgrade"),
    66: lambda b: _account(b, secret="s"),
    67: lambda b: _leapt(b),
}


def _stewards(bench: Bench, *held: tuple[str | None, str | None, str, str | None]) -> None:
    with bench.db.write() as tx:
        members.replace_stewards(tx, [
            Bond(0, "steward", "楼长", person, team, None, estate, building, None, NOW, None)
            for person, team, estate, building in held
        ])  # fmt: skip


def _yard(bench: Bench, *, grid: str, landlord: str | None) -> None:
    with bench.db.write() as tx:
        yard = Yard(0, 1, "y-1", "12号院", None, None, "", grid, landlord, "蓝", 0, "", NOW)
        yards.add(tx, yard)


def test_one_list_of_stewards_does_not_ask_for_the_other(bench: Bench) -> None:
    _stewards(bench, (None, "sifaju", "泉馨苑小区", None))
    assert 61 not in bench.found()
    assert "泉馨苑小区" not in bench.found()[62]


def _wecom(bench: Bench, **values: str) -> None:
    bench.settings = Settings(
        data_dir=bench.settings.data_dir,
        simulator="on",
        wecom=values,
    )


def _leapt(bench: Bench) -> None:
    with bench.db.write() as tx:
        once.hold(tx, "retention", (NOW + timedelta(hours=9)).isoformat())


def _account(bench: Bench, **values: str) -> None:
    bench.settings = Settings(
        data_dir=bench.settings.data_dir,
        simulator="on",
        wechat=values,
    )


@pytest.mark.parametrize("code", SPOILED)
def test_finding(bench: Bench, code: int) -> None:
    SPOILED[code](bench)
    found = bench.found()
    assert code in found, found
    assert "{" not in found[code]


def test_every_text_has_its_test() -> None:
    texts = {int(name[-2:]) for name in CONTENT.replies if name.startswith("check.c")}
    assert texts == set(SPOILED) | set(RUNNING)


def test_people_without_an_account_get_an_invitation(bench: Bench) -> None:
    _unbind(bench, "zhangjianguo")
    with bench.db.write() as tx:
        person = people.by_id(tx, "zhangjianguo")
        assert person is not None
        people.put(tx, replace(person, invite="123456"))
    assert "绑定 123456" in bench.found()[24]


WHOLE = {
    "corpid": "ww1", "agentid": "7", "secret": "s", "token": "t", "aes_key": "A" * 43,
}  # fmt: skip


def test_a_whole_wecom_app_is_no_finding_but_for_the_simulator(bench: Bench) -> None:
    _wecom(bench, **WHOLE)
    assert set(bench.found()) == {32}
    bench.settings = bench.settings.model_copy(update={"simulator": "auto"})
    assert not bench.settings.simulated
    assert bench.found() == {}, "WeCom alone needs no Official Account"


@pytest.mark.parametrize("lacking", WHOLE)
def test_what_half_an_app_lacks_is_named(bench: Bench, lacking: str) -> None:
    _wecom(bench, **{name: value for name, value in WHOLE.items() if name != lacking})
    assert f"HUYING_WECOM_{lacking.upper()}" in bench.found()[33]


def test_a_cause_is_found_even_where_another_channel_helped_and_told_once(bench: Bench) -> None:
    with bench.db.write() as tx:
        for key in ("a", "b"):
            outbox.add(
                tx, key=key, issue=None, person="wangfang", channel="wecom", address="w",
                text="t", urgent=False, at=NOW,
            )  # fmt: skip
            push = outbox.claim(tx, ("wecom",), NOW, NOW)
            assert push is not None
            other = Account("wechat", "openid", "wangfang", None)
            cause = "errcode 60020: not trusted"
            outbox.move(tx, push, other, now=NOW, in_doubt=False, cause=cause)
    found = bench.found()
    assert set(found) == {34}


def test_a_robot_that_waits_for_the_next_minute_is_no_finding(bench: Bench) -> None:
    bench.failed("errcode 45009: too many messages this minute", "queued", "group_robot")
    assert bench.found() == {}


def test_what_was_mended_days_ago_is_no_finding(bench: Bench) -> None:
    bench.failed("errcode 60020: not trusted", "queued", "wecom")
    with bench.db.write() as tx:
        tx.run("UPDATE outbox SET created_at = :at, next_at = :at", at=NOW - timedelta(days=3))
        tx.run("UPDATE outbox SET status = 'sent'")
    assert bench.found() == {}
