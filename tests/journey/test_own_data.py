"""One's own data: withdrawn, exported, erased; what stays proves itself and names nobody."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from data.database import Database
from data.settings import Retention
from data.tables import issues as table
from data.tables import media, messages, people
from desk import check, own_data, retention
from desk.audit import verify
from desk.service import Act
from tests.journey.town import Town

ROOM = "泉馨苑小区6号楼1单元807下水道堵了，电话13912345678"
NAME, PHONE = "李秀兰", "13900000101"


def act(town: Town, tx: object, who: str) -> Act:
    service = town.runtime.service
    person = people.by_id(tx, who)  # type: ignore[arg-type]
    assert person is not None
    return Act(tx, service, person, town.now, service.roster(tx))  # type: ignore[arg-type]


def every_value(db: Database) -> str:
    """Everything any table says of anything, but for what phones have on them."""
    with db.read() as tx:
        names = [r["name"] for r in tx.rows("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return "\n".join(
            str(list(row.values()))
            for name in names
            if name not in ("phone_lines", "places", "teams") and not name.startswith("sqlite_")
            for row in tx.rows(f"SELECT * FROM {name}")
        )


def closed(town: Town, text: str = ROOM) -> str:
    """An issue of Li Xiulan's from the first word to the last."""
    town.say(NAME, text)
    number = town.issues()[-1].number
    town.say("高建民", f"办结 {number} 李秀兰家807通好了")
    town.say(NAME, f"满意 {number}")
    return number


def erase(town: Town) -> None:
    town.say(NAME, "删除我的数据")
    town.say(NAME, "1")


def test_after_erasing_nothing_names_the_person_and_the_log_still_holds(town: Town) -> None:
    number = closed(town)
    town.say(NAME, "今天天气不错")
    before = every_value(town.runtime.db)
    assert PHONE in before
    assert "13912345678" in before
    erase(town)
    after = every_value(town.runtime.db)
    for word in (
        PHONE,
        "13912345678",
        NAME,
        "sim-lixiulan",
        "单元807",
        "家807",
        "天气不错",
        "通好了",
    ):
        assert word not in after, word
    assert list(verify(town.runtime.db)) == []
    issue = town.issue(number)
    assert (issue.status, issue.rating, issue.category) == ("closed", "satisfied", "repair.drain")
    assert issue.reporter == "anonymous"


def test_a_redacted_line_that_says_something_again_is_found(town: Town) -> None:
    closed(town)
    erase(town)
    with town.runtime.db.write() as tx:
        tx.run("UPDATE events SET note = '编造的' WHERE action = 'finish'")
    assert [breach.reason for breach in verify(town.runtime.db)] == ["chain"]


@pytest.mark.parametrize("column", ["actor", "action", "data"])
def test_what_is_left_of_a_redacted_line_cannot_be_changed(town: Town, column: str) -> None:
    closed(town)
    erase(town)
    value = '{"a":1}' if column == "data" else "x"
    with town.runtime.db.write() as tx:
        tx.run(f"UPDATE events SET {column} = :value WHERE action = 'finish'", value=value)
    assert [breach.reason for breach in verify(town.runtime.db)] == ["chain"]


def test_a_line_cannot_be_emptied_without_a_redaction(town: Town) -> None:
    closed(town)
    with town.runtime.db.write() as tx:
        tx.run("UPDATE events SET note = '' WHERE action = 'finish'")
    assert [breach.reason for breach in verify(town.runtime.db)] == ["chain"]


def test_the_same_delivery_of_the_last_word_is_answered_again(town: Town) -> None:
    """Erasing forgets the account; the retry must not make its owner a stranger's first message."""
    erase(town)
    with town.runtime.db.read() as tx:
        kept = tx.rows("SELECT text, reply FROM messages WHERE person = 'anonymous'")
    assert [row["text"] for row in kept if (row["reply"] or "").startswith("已删除")] == [""]


def test_who_comes_back_is_somebody_new(town: Town) -> None:
    erase(town)
    phones = town.runtime.phones
    assert phones is not None
    with town.runtime.db.read() as tx:
        assert people.by_account(tx, "wechat", "sim-lixiulan") is None
        left = people.by_id(tx, "lixiulan")
    assert left is not None
    assert (left.name, left.phone, left.estate, left.room) == ("", "", None, None)


def test_after_withdrawal_no_word_is_kept(town: Town) -> None:
    town.say(NAME, "撤回同意")
    town.say(NAME, "6号楼门口路面有个坑，我叫李秀兰")
    with town.runtime.db.read() as tx:
        kept = messages.of_person(tx, "lixiulan")
    assert sorted(message.text for message in kept) == ["", "撤回同意"]
    assert town.issues() == []


def test_after_withdrawal_an_emergency_is_an_emergency(town: Town) -> None:
    town.say(NAME, "撤回同意")
    reply = town.say(NAME, "泉馨苑3号楼着火了")
    assert reply is not None
    assert "119" in reply
    assert [issue.level for issue in town.issues()] == ["U0"]


def test_after_withdrawal_no_photo_is_fetched(town: Town) -> None:
    town.say(NAME, "撤回同意")
    assert town.runtime.phones is not None
    town.runtime.phones.image("lixiulan", None)
    with town.runtime.db.read() as tx:
        assert media.of_person(tx, "lixiulan") == []


def test_the_export_is_everything_as_json_and_in_words(town: Town) -> None:
    number = closed(town)
    with town.runtime.db.read() as tx:
        found = json.loads(own_data.as_text(own_data.everything(act(town, tx, "lixiulan"),
                           people.by_id(tx, "lixiulan"))))  # type: ignore[arg-type]  # fmt: skip
        words = own_data.told(act(town, tx, "lixiulan"), people.by_id(tx, "lixiulan"))  # type: ignore[arg-type]
    assert found["person"]["phone"] == PHONE
    assert [issue["number"] for issue in found["issues"]] == [number]
    assert ROOM in [message["text"] for message in found["messages"]]
    for word in (NAME, PHONE, number, "807", "13912345678"):
        assert word in words


def test_a_long_export_comes_in_parts_that_a_phone_shows_whole(town: Town) -> None:
    for number in range(1, 9):
        town.say(NAME, f"泉馨苑小区{number}号楼门口有个大坑，" + "很危险，" * 30)
    town.heard(NAME)
    reply = town.say(NAME, "我的数据")
    parts = [line for line in town.heard(NAME) if line.startswith("【我的数据")]
    assert reply is not None
    assert f"分{len(parts)}条" in reply
    assert len(parts) > 2
    assert all(len(part.encode()) < 2048 for part in parts)
    assert all(f"{number}号楼" in "".join(parts) for number in range(1, 9))


# -- retention ----------------------------------------------------------------------------------


def due(town: Town) -> dict[str, int]:
    return retention.due(town.runtime.db, Retention(), town.now)


def test_small_talk_is_gone_within_a_day_and_words_of_issues_after_thirty(town: Town) -> None:
    number = closed(town)
    town.say(NAME, "今天天气不错")
    town.now += timedelta(hours=22, minutes=30)
    assert due(town)["chat"] == 0
    town.wait(hours=1, minutes=1)
    with town.runtime.db.read() as tx:
        left = [message.text for message in messages.of_person(tx, "lixiulan")]
    assert sorted(left) == sorted([ROOM, f"满意 {number}"])
    town.wait(days=30)  # in which the server stood still, or has its clock leapt?
    town.wait(days=1)
    with town.runtime.db.read() as tx:
        assert messages.of_person(tx, "lixiulan") == []
        assert {r["text"] for r in tx.rows("SELECT text FROM outbox")} == {""}
    assert town.issue(number).text == ROOM


def test_a_clock_that_leaps_deletes_nothing_for_a_day(town: Town) -> None:
    closed(town)
    town.wait(minutes=1)
    town.now += timedelta(days=4 * 365)
    before = kept_words(town)
    for _ in range(23):
        town.wait(hours=1)
    assert kept_words(town) == before
    assert 67 in found(town)
    town.now -= timedelta(days=4 * 365)  # somebody has noticed
    town.wait(hours=1)
    assert kept_words(town) == before
    assert 67 not in found(town)
    town.wait(days=1)
    town.wait(days=1)
    town.say(NAME, "今天天气不错")
    town.wait(days=1, hours=1)
    assert "今天天气不错" not in kept_words(town), "small talk goes as ever"


def kept_words(town: Town) -> list[str]:
    with town.runtime.db.read() as tx:
        return [message.text for message in messages.of_person(tx, "lixiulan")]


def found(town: Town) -> set[int]:
    """The codes of what `check` finds."""
    runtime = town.runtime
    return {
        each.code
        for each in check.check(runtime.db, runtime.service.content, runtime.settings, town.now)
    }


def test_three_years_after_it_was_closed_an_issue_is_anonymous(town: Town) -> None:
    number = closed(town)
    town.now += timedelta(days=3 * 365)
    assert due(town)["issues"] == 0
    town.wait(days=2)
    issue = town.issue(number)
    assert issue.anonymous_at is not None
    assert "807" not in issue.text
    assert (issue.room, issue.unit, issue.reporter) == (None, None, "anonymous")
    with town.runtime.db.read() as tx:
        log = table.events(tx, issue.id)
        assert people.by_id(tx, "lixiulan").phone == PHONE  # type: ignore[union-attr]  # still a neighbour
    assert {event.actor for event in log} & {"lixiulan"} == set()
    assert list(verify(town.runtime.db)) == []


def test_what_is_frozen_stays_until_it_is_released(town: Town) -> None:
    number = closed(town)
    town.say("高建民", f"冻结 {number} 法院调证")
    town.wait(days=4 * 365)
    assert town.issue(number).text == ROOM
    with town.runtime.db.read() as tx:
        assert ROOM in [message.text for message in messages.of_person(tx, "lixiulan")]
    town.say("高建民", f"解除 {number}")
    town.wait(hours=1)
    assert town.issue(number).anonymous_at is not None
    assert list(verify(town.runtime.db)) == []


def test_an_open_issue_never_ages(town: Town) -> None:
    town.say(NAME, ROOM)
    town.wait(days=4 * 365)
    assert town.issues()[0].text == ROOM


def test_a_dry_run_says_what_would_go_and_takes_nothing(town: Town) -> None:
    closed(town)
    town.say(NAME, "今天天气不错")
    town.now += timedelta(days=31)
    before = every_value(town.runtime.db)
    found = due(town)
    assert found["chat"] == 1
    assert found["raw"] == 3
    assert found["pushes"] >= 2
    assert every_value(town.runtime.db) == before
    assert retention.clear(town.runtime.db, town.runtime.service, town.now) > 0
    assert not any(due(town).values())
