"""Places in the ways people write them, and numbers that are none."""

from __future__ import annotations

import pytest

from nlp import Understander
from nlp.place import PlaceFinder
from nlp.values import Knowledge, Place, PlaceRow


def said(place: Place | None) -> dict[str, str]:
    names = ("estate", "building", "unit", "room")
    return {n: v for n in names if place is not None and (v := getattr(place, n))}


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("五号楼三单元", {"building": "5", "unit": "3"}),
        ("5#3单元402", {"building": "5", "unit": "3", "room": "402"}),
        ("5-3-402", {"building": "5", "unit": "3", "room": "402"}),
        ("5-402漏水", {"building": "5", "room": "402"}),
        ("十二栋", {"building": "12"}),
        ("7幢", {"building": "7"}),
        ("b2棟1204", {"building": "B2", "room": "1204"}),
        ("甲3号楼", {"building": "甲3"}),
        ("乙二樓的燈", {"building": "乙2"}),
        ("A座1802", {"building": "A", "room": "1802"}),
        ("五栋二门", {"building": "5", "unit": "2"}),
        ("4号2单元", {"building": "4", "unit": "2"}),
        ("4楼2单元", {"building": "4", "unit": "2"}),
        ("2号楼三单元四零二", {"building": "2", "unit": "3", "room": "402"}),
        ("六好楼二单员", {"building": "6", "unit": "2"}),
        ("5号楼2单元501楼道灯坏", {"building": "5", "unit": "2", "room": "501"}),
        ("602那家", {"room": "602"}),
        ("我家901，9号楼", {"building": "9", "room": "901"}),
        ("6-2单元的灯", {"building": "6", "unit": "2"}),
        ("A3的电梯又停了", {"building": "A3"}),
        ("叁号楼下水堵了", {"building": "3"}),
        ("廿二号楼顶漏雨", {"building": "22"}),
        ("801门缝里往外冒烟", {"room": "801"}),
        ("404赵奶奶两天没出门", {"room": "404"}),
        ("201家的楼上301漏水", {"room": "301"}),
        ("5号楼1单元201楼上301漏水", {"building": "5", "unit": "1", "room": "301"}),
    ],
)
def test_buildings_units_and_rooms(
    understander: Understander, text: str, expected: dict[str, str]
) -> None:
    assert said(understander.place(text)) == expected


@pytest.mark.parametrize(
    "text",
    [
        "打13900001111找我", "下午3:15到", "坐201路去医院", "一共305块", "豫A12345挪车",
        "12月3号停电", "5斤少4两", "才18度", "拨打119", "电话报修单号2417", "三楼灯坏",
        "上了102国道", "一栋楼都没水", "2023年的事", "买了2袋米", "404张桌子", "买包A4的纸",
    ],
)  # fmt: skip
def test_numbers_that_are_no_places(understander: Understander, text: str) -> None:
    assert understander.place(text) is None


@pytest.mark.parametrize(
    ("text", "estate"),
    [
        ("我住槐树里小区", "槐树里小区"),  # its name
        ("大槐树院的", "槐树里小区"),  # an alias
        ("怀树里3号楼", "槐树里小区"),  # by sound
        ("丽景1期的", "丽景花园一期"),  # another numeral
        ("二十九号院门口", "建设路29号院"),
        ("丽景B3栋", "丽景花园二期"),  # only one part has the building
        ("棉纺家属楼院5号楼", "棉纺家属院"),  # one letter too many
    ],
)
def test_estates(understander: Understander, text: str, estate: str) -> None:
    assert said(understander.place(text))["estate"] == estate


@pytest.mark.parametrize("text", ["育才小学门口", "小区里的银杏树", "育才路堵车", "银行取钱"])
def test_a_name_in_another_word_is_no_estate(understander: Understander, text: str) -> None:
    assert "estate" not in said(understander.place(text))


def test_two_estates_that_fit_are_a_choice(understander: Understander) -> None:
    place = understander.place("柳河湾")
    assert place is not None
    assert place.estate is None
    assert set(place.choices) == {"柳河湾东区", "柳河湾西区"}


def test_the_building_decides_between_parts(understander: Understander) -> None:
    assert said(understander.place("柳河湾16号楼"))["estate"] == "柳河湾东区"


@pytest.mark.parametrize(
    ("text", "building"),
    [
        ("不是11号楼是1号楼", "1"),
        ("3号楼，哦不对，是5号楼", "5"),
        ("我住6号楼，7号楼门口积水了", "7"),
        ("我是6号楼的，路灯不亮", "6"),
    ],
)
def test_which_building_is_meant(understander: Understander, text: str, building: str) -> None:
    assert said(understander.place(text))["building"] == building


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("丽景一期6-2，楼道灯不亮", ("丽景花园一期", "6", "2")),
        ("丽景一期6-8，楼道灯不亮", ("丽景花园一期", None, None)),  # no such unit: a date, a score
        ("丽景二期A3的门禁", ("丽景花园二期", "A3", None)),
        ("写成东区2号楼了，是西区2号楼", ("柳河湾西区", "2", None)),
        ("我在东区住的，想说西区3号楼的事", ("柳河湾西区", "3", None)),
    ],
)
def test_what_stands_beside_an_estates_name(
    understander: Understander, text: str, expected: tuple[str, str | None, str | None]
) -> None:
    place = understander.place(text)
    assert place is not None
    assert (place.estate, place.building, place.unit) == expected


@pytest.mark.parametrize(
    ("text", "building", "room"),
    [
        ("永安里12弄7号302室漏水", "7", "302"),
        ("十二弄9号，后门坏了", "9", None),
        ("12弄停水了，15号线也停了", None, None),
    ],
)
def test_houses_of_a_lane_are_its_buildings(
    content: Knowledge, text: str, building: str | None, room: str | None
) -> None:
    row = PlaceRow("永安里12弄", ("12弄", "十二弄"), "1-30", "", "g1")
    place = PlaceFinder([row], content.lexicons["place"]).find(text).place
    assert place is not None
    assert (place.estate, place.building, place.room) == ("永安里12弄", building, room)


def test_the_finest_grid(understander: Understander) -> None:
    low, high = understander.place("东风新村3号楼"), understander.place("东风新村甲3号楼")
    assert low is not None
    assert high is not None
    assert (low.grid, high.grid) == ("第二网格", "第三网格")


def test_no_grid_while_several_are_possible(understander: Understander) -> None:
    place = understander.place("东风新村")
    assert place is not None
    assert place.grid is None
    assert understander.grid_of(Place("东风新村", "12")) == "第三网格"


def test_known_places(understander: Understander) -> None:
    assert understander.known_place("育才小区", "15", "4")
    assert not understander.known_place("育才小区", "16")
    assert not understander.known_place("没有这个院")
