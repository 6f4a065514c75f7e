"""Who sees a photo, and for how long it is there."""

from __future__ import annotations

import json
import os

import pytest

from data.tables import media
from desk.issues import as_record
from tests.journey.photos import (
    LIGHT,
    files,
    on_disk,
    only,
)
from tests.journey.programs import Program
from tests.journey.town import Town

# -- who may see it -------------------------------------------------------------------------------


@pytest.fixture
def pictured(town: Town) -> Town:
    """An issue of Li Xiulan's with a photo, which a neighbour has joined."""
    town.say("李秀兰", LIGHT)
    town.phones.image(town.names["李秀兰"], None)
    town.wait(seconds=1)
    town.say("张伟", "泉馨苑3号楼2单元楼道灯坏了，黑得看不见")
    assert len(town.issues()) == 1
    return town


@pytest.mark.parametrize(
    ("person", "listed", "shown"),
    [
        ("gaojianmin", 1, 200),
        ("zhangjianguo", 1, 200),
        ("lixiulan", 1, 200),
        ("zhangwei", 0, 404),
    ],
)
def test_who_works_on_it_and_who_sent_it(
    pictured: Town, person: str, listed: int, shown: int
) -> None:
    program = Program(pictured, person, "personal")
    assert len(program.get("/issues/1123-01/media")["items"]) == listed
    assert program.call("GET", f"/media/{only(pictured).sha}").status_code == shown


def test_who_may_not_see_the_issue_sees_no_photo(pictured: Town) -> None:
    outsider = Program(pictured, "yaoli", "personal")
    assert outsider.refused("GET", "/issues/1123-01/media") == (404, "not_found")
    assert outsider.refused("GET", f"/media/{only(pictured).sha}") == (404, "not_found")


def test_a_key_needs_the_scope(pictured: Town) -> None:
    reader = Program(pictured, "gaojianmin", "read", "write", "admin")
    assert reader.refused("GET", "/issues/1123-01/media") == (403, "no_scope")
    assert reader.refused("GET", f"/media/{only(pictured).sha}") == (403, "no_scope")


@pytest.mark.parametrize(
    "name", ["..", "..%2f..%2fhuying.db", "%2e%2e", "a" * 64, "A" * 64, "huying.db", "a%00"]
)
def test_no_other_file_can_be_had(pictured: Town, name: str) -> None:
    city = Program(pictured, "gaojianmin", "personal")
    assert city.call("GET", f"/media/{name}").status_code == 404


def test_a_file_that_is_missing_is_no_failure(pictured: Town) -> None:
    for path in on_disk(pictured):
        path.unlink()
    city = Program(pictured, "gaojianmin", "personal")
    assert city.refused("GET", f"/media/{only(pictured).sha}") == (404, "not_found")


# -- not for ever ---------------------------------------------------------------------------------


def test_after_180_days_the_photo_is_gone_from_everywhere(pictured: Town) -> None:
    sha = only(pictured).sha
    pictured.wait(days=179)
    assert len(on_disk(pictured)) == 1
    pictured.wait(days=2)
    assert on_disk(pictured) == []
    assert only(pictured).status == "gone"
    city = Program(pictured, "gaojianmin", "personal")
    assert city.refused("GET", f"/media/{sha}") == (404, "not_found")
    [shown] = city.get("/issues/2026-1123-01/media")["items"]
    assert (shown["status"], shown["sha"]) == ("gone", None)


def test_a_photo_of_nothing_is_gone_in_two_days(town: Town) -> None:
    town.phones.image(town.names["李秀兰"], None)
    town.wait(seconds=1)
    assert len(on_disk(town)) == 1
    for path in on_disk(town):
        os.utime(path, (town.now.timestamp(),) * 2)
    town.wait(days=1)
    town.wait(days=1)
    assert (only(town).status, on_disk(town)) == ("gone", [])


def test_one_photo_sent_twice_stays_as_long_as_one_needs_it(town: Town) -> None:
    town.say("李秀兰", LIGHT)
    town.phones.image(town.names["李秀兰"], None)
    town.wait(days=100)
    town.say("张伟", "八家巷5号楼门禁坏了")
    town.phones.image(town.names["张伟"], None)
    town.wait(days=80)  # a leap, after which nothing is deleted for a day
    town.wait(days=1)
    assert [file.status for file in files(town)] == ["gone", "kept"]
    assert len(on_disk(town)) == 1


def test_the_ledger_counts_photos(pictured: Town) -> None:
    with pictured.runtime.db.read() as tx:
        counts = media.photos(tx)
    [issue] = pictured.issues()
    assert json.loads(as_record(issue, counts[issue.id]))["photos"] == 1
