"""City systems exchange with the desk by Open311: list, post and read, in both formats."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from tests.journey.geo_report import GeoReport, Refused
from tests.journey.programs import Program, reported
from tests.journey.town import Town

ROOT = "/open311/v2"
POSTED = {
    "service_code": "repair.light",
    "address_string": "泉馨苑小区3号楼2单元301",
    "description": "楼道灯坏了 <灯> & 线",
    "first_name": "建国",
    "last_name": "赵",
    "phone": "13812345678",
    "email": "zhao@example.com",
    "lat": "37.8612",
    "long": "113.5743",
    "account_id": "acc-9",
    "media_url": "https://example.com/lamp.jpg",
}
HIDDEN = ("赵建国", "13812345678", "301", "zhao@example.com", "李秀兰", "13900000101")
At = Callable[..., GeoReport]


@pytest.fixture(params=["json", "xml"])
def at(request: pytest.FixtureRequest, town: Town) -> At:
    """The endpoint in one of the formats, for a key or (without one) for anybody."""
    client = town.runtime.app.test_client()
    return lambda key="": GeoReport(client, ROOT, request.param, key)


@pytest.fixture
def city(town: Town) -> Program:
    return Program(town, "songwei", "read", "write")


def test_the_services_are_the_catalogue_and_say_what_they_need(town: Town, at: At) -> None:
    services = at().services()
    assert [each["service_code"] for each in services] == list(
        town.runtime.service.content.catalogue
    )
    light = next(each for each in services if each["service_code"] == "repair.light")
    assert light["service_name"] == "楼道灯"
    assert str(light["metadata"]).lower() == "true"
    assert [each["code"] for each in at().definition("repair.light")] == ["estate", "building"]
    with pytest.raises(Refused) as refused:
        at().definition("repair.nothing")
    assert refused.value.errors[0][0] == refused.value.status == 404


def test_what_is_posted_can_be_listed_and_read_and_is_worked_on(
    town: Town, at: At, city: Program
) -> None:
    posted = at(city.secret).post(**POSTED)
    assert posted["account_id"] == "acc-9"
    reference = posted["service_request_id"]
    assert at().token(posted["token"]) == reference
    town.runtime.courier.deliver_due()
    [card] = town.heard("张建国")
    assert "赵建国 13812345678" in card
    assert "泉馨苑小区3号楼2单元301" in card

    read = at().request(reference)
    assert read == at().requests()[0]
    assert (read["status"], read["description"]) == ("open", POSTED["description"])
    assert (read["address"], read["agency_responsible"]) == (
        "泉馨苑小区3号楼", "小扳手志愿服务队",
    )  # fmt: skip
    assert (float(read["lat"]), float(read["long"])) == (37.8612, 113.5743)

    town.say("张建国", "办结 1123-01 换了灯泡")
    closed = at().request(reference)
    assert (closed["status"], closed["status_notes"]) == ("closed", "已办结，等您评价")
    assert at().requests(status="open") == []
    assert at().requests(status="closed") == [closed]
    assert at().requests(status="open,closed") == [closed]


def test_a_second_post_is_a_request_of_its_own_by_the_same_reporter(
    town: Town, at: At, city: Program
) -> None:
    first, second = (at(city.secret).post(**POSTED) for _ in range(2))
    assert first["service_request_id"] != second["service_request_id"]
    assert len({issue.reporter for issue in town.issues()}) == 1


def test_attributes_and_yards_say_where(town: Town, at: At, city: Program) -> None:
    code = {"service_code": "repair.light"}
    at(city.secret).post(
        **code, address_string="东门", **{"attribute[estate]": "八家巷小区",
                                        "attribute[building]": "5"}
    )  # fmt: skip
    at(city.secret).post(**code, address_id="yard-bjx-2")
    at(city.secret).post(**code, lat="37.86", long="113.57")
    placed = [(issue.estate, issue.building, issue.grid) for issue in town.issues()]
    assert placed == [
        ("八家巷小区", "5", "CYJ-1-2-2"), ("八家巷小区", None, "CYJ-1-2-2"), (None, None, None),
    ]  # fmt: skip


def test_requests_are_found_by_number_kind_and_day(town: Town, at: At, city: Program) -> None:
    post = at(city.secret).post
    first = post(**POSTED)["service_request_id"]
    town.wait(days=100)
    second = post(**(POSTED | {"service_code": "repair.door"}))["service_request_id"]

    def found(**query: str) -> list[str]:
        return [str(each["service_request_id"]) for each in at().requests(**query)]

    assert found() == [second]  # the last 90 days
    assert found(service_request_id=f"{first},{second}") == [first, second]
    assert found(service_code="repair.light,repair.door") == [second]
    assert found(service_code="repair.light") == []
    start = (town.now - timedelta(days=101)).strftime("%Y-%m-%dT%H:%M:%SZ")
    assert found(start_date=start) == [first]
    assert found(end_date=start) == []
    assert found(start_date="2026-11-23T09:00:00+08:00", end_date="2026-11-24T00:00:00Z") == [first]
    for wrong in (
        {"status": "done"},
        {"start_date": "昨天"},
        {"start_date": start, "end_date": town.now.strftime("%Y-%m-%dT%H:%M:%SZ")},
    ):
        with pytest.raises(Refused) as refused:
            at().requests(**wrong)
        assert refused.value.status == 400


@pytest.mark.parametrize(
    ("changed", "status"),
    [
        ({"api_key": ""}, 403),
        ({"api_key": "huying_guess"}, 403),
        ({"service_code": ""}, 400),
        ({"service_code": "repair.nothing"}, 404),
        ({"address_string": "", "lat": "", "long": ""}, 400),
        ({"lat": "91"}, 400),
        ({"lat": "north"}, 400),
        ({"long": ""}, 400),
    ],
)
def test_a_post_that_is_refused_leaves_nothing(
    town: Town, at: At, city: Program, changed: dict[str, str], status: int
) -> None:
    with pytest.raises(Refused) as refused:
        at(city.secret).post(**(POSTED | changed))
    assert refused.value.status == status
    [(code, said)] = refused.value.errors
    assert code == status
    assert said
    assert town.issues() == []


def test_what_is_not_there_is_an_error_in_the_same_format(at: At) -> None:
    for ask in (lambda: at().request("2026-1123-99"), lambda: at().token("nothing")):
        with pytest.raises(Refused) as refused:
            ask()
        assert refused.value.errors[0][0] == 404


# -- what is shown to whom ------------------------------------------------------------------------


def test_nobody_reads_names_phones_or_rooms(town: Town, at: At, city: Program) -> None:
    words = "我家301楼上漏水，我叫赵建国，打13812345678"
    at(city.secret).post(**(POSTED | {"service_code": "repair.roof", "description": words}))
    reported(town, "泉馨苑3号楼2单元楼道灯坏了，我电话13900000101")
    assert len(town.issues()) == 2
    for key in ("", city.secret):
        shown = str([at().requests(api_key=key), at().request("2026-1123-01", api_key=key)])
        for personal in (
            "赵建国",
            "13812345678",
            "301",
            "zhao@example.com",
            "李秀兰",
            "13900000101",
        ):
            assert personal not in shown


def test_what_residents_said_in_chat_is_not_published(town: Town, at: At, city: Program) -> None:
    reported(town, "泉馨苑3号楼2单元楼道灯坏了，晚上黑得看不见")
    assert not at().request("2026-1123-01")["description"]
    told = at().request("2026-1123-01", api_key=city.secret)
    assert "晚上黑得看不见" in told["description"]


def test_private_matters_and_complaints_are_not_public(town: Town, at: At, city: Program) -> None:
    post = at(city.secret).post
    private = post(**(POSTED | {"service_code": "neighbor.family", "description": "两口子打架"}))
    staff = post(**(POSTED | {"service_code": "suggest.staff", "description": "王芳态度差"}))
    assert at().requests() == []
    for posted in (private, staff):
        with pytest.raises(Refused) as refused:
            at().request(posted["service_request_id"])
        assert refused.value.status == 404
        assert at().request(posted["service_request_id"], api_key=city.secret)
    blamed = Program(town, "wangfang", "read")
    with pytest.raises(Refused):
        at().request(staff["service_request_id"], api_key=blamed.secret)


def test_a_key_without_the_scope_is_refused(town: Town, at: At) -> None:
    reader = Program(town, "songwei", "read", name="reader")
    with pytest.raises(Refused) as refused:
        at(reader.secret).post(**POSTED)
    assert refused.value.status == 403
    with pytest.raises(Refused):
        at().requests(api_key="huying_guess")


def test_reading_can_be_closed_to_the_public(tmp_path: Path, at: At, town: Town) -> None:
    closed = Town(tmp_path / "closed", options={"api": {"open311_public": False}})
    client = GeoReport(closed.runtime.app.test_client(), ROOT, "json")
    assert client.services()
    with pytest.raises(Refused) as refused:
        client.requests()
    assert refused.value.status == 403
    key = Program(closed, "songwei", "read").secret
    assert client.requests(api_key=key) == []
    closed.runtime.db.close()
    assert at().requests() == []
    assert town.issues() == []


def test_characters_that_xml_cannot_hold(town: Town, at: At, city: Program) -> None:
    posted = at(city.secret).post(**(POSTED | {"description": "灯\x0b坏\ufffe了\x00 😀"}))
    assert "😀" in at().request(posted["service_request_id"])["description"]
    assert town.issues()[0].text.startswith("灯坏")
