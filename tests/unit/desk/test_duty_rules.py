"""How recurring things are said, how a check-list is answered, what of a text is never kept."""

from __future__ import annotations

from datetime import UTC, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk.rules import (
    checking,
    enrolment,
    entitlement,
    forecast,
    opening,
    questionnaire,
    recurring,
    when,
)
from desk.rules import yards as yard_rules
from desk.rules.deadlines import LOCAL
from desk.rules.masking import without_readings, without_secrets

MONDAY = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)  # 9:00 in China


# -- when it comes due ----------------------------------------------------------------------------


def local(day: int, hour: int, minute: int = 0, month: int = 11, year: int = 2026) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=LOCAL)


def test_three_shifts_a_day() -> None:
    rule = recurring.weekly(recurring.EVERY_DAY, time(8), time(14), time(20))
    found = [recurring.first(rule, MONDAY)]
    for _ in range(3):
        found.append(recurring.first(rule, found[-1]))
    assert found == [local(23, 14), local(23, 20), local(24, 8), local(24, 14)]


def test_some_days_of_the_week() -> None:
    rule = recurring.weekly([5, 1, 3], time(19, 30))
    assert rule == "weekly 1,3,5 19:30"
    first = recurring.first(rule, MONDAY)
    assert [first, recurring.first(rule, first)] == [local(23, 19, 30), local(25, 19, 30)]


def test_a_day_of_the_month_or_the_last_one() -> None:
    rule = recurring.monthly(31, time(9))
    first = recurring.first(rule, MONDAY)
    second = recurring.first(rule, first)
    assert [first, second] == [local(30, 9), local(31, 9, month=12)]
    february = recurring.first(rule, local(1, 0, month=2, year=2027))
    assert february == local(28, 9, month=2, year=2027)


@given(days=st.sets(st.integers(1, 7), min_size=1), at=st.times(), ahead=st.floats(0, 9000))
def test_an_occasion_is_ahead_and_on_a_chosen_day(days: set[int], at: time, ahead: float) -> None:
    now = MONDAY + timedelta(days=ahead)
    found = recurring.first(recurring.weekly(days, at), now)
    assert found > now
    assert found.astimezone(LOCAL).isoweekday() in days


@pytest.mark.parametrize(
    ("said", "rule", "rest"),
    [
        ("便民服务日 每周四下午3点 泉馨苑 30人", "weekly 4 15:00", "便民服务日 泉馨苑 30人"),
        ("巡逻 每天8点、14点、20点", "weekly 1,2,3,4,5,6,7 08:00,14:00,20:00", "巡逻"),
        ("每周一三五晚上7点半 合唱", "weekly 1,3,5 19:30", "合唱"),
        ("每星期日", "weekly 7 09:00", ""),
        ("大扫除 每月15号上午9点", "monthly 15 09:00", "大扫除"),
        ("每七天", "every 7", ""),
        ("看望 每两周", "every 14", "看望"),
        ("每周 看望", "every 7", "看望"),
        ("慰问 每季度", "every 90", "慰问"),
    ],
)
def test_said_as_people_say_it(said: str, rule: str, rest: str) -> None:
    found = when.read(said, MONDAY)
    assert found == when.When(rule, None, rest)


@pytest.mark.parametrize(
    ("said", "starts"),
    [
        ("11月26日下午3点", local(26, 15)),
        ("1月5号", local(5, 9, month=1, year=2027)),
        ("2027-1-20 上午十点", local(20, 10, month=1, year=2027)),
        ("明天下午两点半", local(24, 14, 30)),
        ("今晚7点", local(23, 19)),
        ("周六上午9点", local(28, 9)),
    ],
)
def test_once(said: str, starts: datetime) -> None:
    found = when.read(said, MONDAY)
    assert found is not None
    assert (found.rule, found.starts) == ("once", starts)


@pytest.mark.parametrize(
    "said", ["", "泉馨苑3号楼2单元", "30人", "13月40日", "每次都这样", "3小时"]
)
def test_what_says_no_time(said: str) -> None:
    assert when.read(said, MONDAY) is None


@given(st.text(max_size=60))
def test_whatever_is_said_has_a_rule_or_none(said: str) -> None:
    found = when.read(said, MONDAY)
    if found is not None:
        recurring.first(found.rule, MONDAY)  # BadRule if it were none


# -- check-lists ----------------------------------------------------------------------------------

CHECKS = ("楼道", "消防通道", "路灯")
WELL = ("都好", "0")


@pytest.mark.parametrize(
    ("said", "wrong"),
    [
        ("都好。", {}),
        ("0", {}),
        ("2 堆了纸箱", {1: "堆了纸箱"}),
        ("2堆了纸箱；3、3号楼门口不亮", {1: "堆了纸箱", 2: "3号楼门口不亮"}),
        ("1.有杂物\n3.不亮", {0: "有杂物", 2: "不亮"}),
        ("第2项 堵了", {1: "堵了"}),
        ("2", {1: ""}),
        ("2 纸箱;2 自行车", {1: "纸箱，自行车"}),
    ],
)
def test_answers(said: str, wrong: dict[int, str]) -> None:
    assert checking.read(said, CHECKS, WELL) == wrong


@pytest.mark.parametrize("said", ["", "我看看再说", "4 别的", "0 堆了纸箱", "2 堆了；还有点乱"])
def test_no_answers(said: str) -> None:
    with pytest.raises(checking.NoAnswer):
        checking.read(said, CHECKS, WELL)


def test_a_finding_is_a_sentence() -> None:
    assert checking.finding("消防通道", "堆了纸箱", "有问题") == "消防通道堆了纸箱"
    assert checking.finding("路灯", "3号楼路灯不亮", "有问题") == "3号楼路灯不亮"
    assert checking.finding("路灯", "", "有问题") == "路灯有问题"


# -- what is not kept -----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "said",
    [
        "血压140/90",
        "高压150",
        "血糖 6.8mmol/L",
        "量了140/90",
        "体温37.2度",
        "心率是88次",
        "血氧98%",
    ],
)
def test_no_reading_is_kept(said: str) -> None:
    assert not any(character.isdigit() for character in without_readings(said))


@pytest.mark.parametrize(
    "said", ["3号楼2单元301", "量了血压，都来了12位", "11月26日", "电话13900000101"]
)
def test_other_numbers_stay(said: str) -> None:
    assert without_readings(said) == said


@pytest.mark.parametrize(
    ("said", "kept"),
    [
        ("密码是abc123", "密码是＊＊＊＊"),
        ("账号lixiulan 密码：Zhao1950!", "账号lixiulan 密码：＊＊＊＊"),
        ("验证码 482913", "验证码 ＊＊＊＊"),
        ("密码123456，别忘了", "密码＊＊＊＊，别忘了"),
        ("password=hunter2", "password=＊＊＊＊"),
    ],
)
def test_no_secret_is_kept(said: str, kept: str) -> None:
    assert without_secrets(said) == kept


@pytest.mark.parametrize("said", ["门禁密码锁坏了", "忘了密码怎么办", "3号楼密码门打不开"])
def test_what_only_speaks_of_a_secret_stays(said: str) -> None:
    assert without_secrets(said) == said


# -- opening hours --------------------------------------------------------------------------------

MONDAY_NOON, SUNDAY_NOON = local(23, 12), local(29, 12)


@pytest.mark.parametrize(
    ("hours", "monday", "sunday"),
    [
        ("08:00-20:00", True, True),
        ("全天", True, True),
        ("周一至周五 08:00-18:00", True, False),
        ("周一到周五 08:00-18:00；周六、周日 09:00-12:30", True, True),
        ("工作日 09:00-11:30、14:00-17:00", False, False),
        ("周末 全天", False, True),
        ("周日 09:00-12:00", False, False),
        ("周六至周一 10:00-13:00", True, True),
    ],
)
def test_open_or_not(hours: str, monday: bool, sunday: bool) -> None:
    assert opening.is_open(hours, MONDAY_NOON) is monday
    assert opening.is_open(hours, SUNDAY_NOON) is sunday


@pytest.mark.parametrize("hours", ["", "早上到晚上", "25:00-26:00", "20:00-08:00", "周一"])
def test_hours_that_cannot_be_read_are_not_known(hours: str) -> None:
    assert opening.is_open(hours, MONDAY_NOON) is None
    assert opening.closing(hours, MONDAY_NOON) is None


def test_when_it_closes() -> None:
    assert opening.closing("08:00-20:30", MONDAY_NOON) == time(20, 30)
    assert opening.closing("全天", MONDAY_NOON) is None
    assert opening.closing("08:00-12:00", MONDAY_NOON) is None  # shut at noon sharp


# -- who pays, who enrols, what is asked, what is to be expected ----------------------------------

TERMS = entitlement.terms(("残疾", "退役军人", "90", "80+独居"), "独居")


@pytest.mark.parametrize(
    ("born", "groups", "price"),
    [
        (1980, ("残疾",), "free"),
        (1980, ("退役军人",), "free"),
        (1936, (), "free"),
        (1937, (), "half"),
        (1946, ("独居",), "free"),
        (1947, ("独居",), "half"),
        (1946, ("空巢",), "half"),
        (1960, ("低保",), "half"),
    ],
)
def test_free_or_half(born: int, groups: tuple[str, ...], price: str) -> None:
    assert entitlement.price(born, groups, 2026, TERMS)[0] == price


YES = ("同意",)


def test_a_child_under_fourteen_needs_consent() -> None:
    assert enrolment.read("小明 8岁 同意", YES) == enrolment.Child("小明", guarded=True)
    assert enrolment.read("同意，小亮，13岁", YES).guarded
    assert enrolment.read("小亮 14岁", YES) == enrolment.Child("小亮", guarded=False)


@pytest.mark.parametrize(
    ("said", "why"),
    [
        ("小明 8岁", "consent"),
        ("小明 8岁 不同意", "consent"),
        ("小明 同意", "words"),
        ("8岁 同意", "words"),
        ("老王 18岁 同意", "grown"),
        ("", "words"),
    ],
)
def test_who_cannot_be_enrolled_yet(said: str, why: str) -> None:
    with pytest.raises(enrolment.NotEnough, match=why):
        enrolment.read(said, YES)


def test_a_questionnaire_as_it_is_written() -> None:
    said = "养老需求；最想要什么 理发/修家电 / 陪诊；还缺什么？"
    assert questionnaire.read(said, 9) == (
        "养老需求",
        (("最想要什么", ("理发", "修家电", "陪诊")), ("还缺什么？", ())),
    )


@pytest.mark.parametrize(
    "said", ["", "养老需求", "养老需求；要不要 要/要", "x；y " + "/".join("abcdefghij")]
)
def test_no_questionnaire(said: str) -> None:
    with pytest.raises(questionnaire.NotAsked):
        questionnaire.read(said, 9)


def test_the_latest_week_weighs_most() -> None:
    assert forecast.expected([]) == 0
    assert forecast.expected([3, 3, 3]) == 3
    assert forecast.expected([0, 0, 4]) > forecast.expected([4, 0, 0])
    assert 2 < forecast.expected([0, 0, 4]) < 4


def test_the_calmer_colour() -> None:
    assert yard_rules.calmer("蓝", than="红")
    assert not yard_rules.calmer("红", than="红")
    assert set(yard_rules.DAYS) == set(yard_rules.COLOURS)
    assert list(yard_rules.DAYS.values()) == sorted(yard_rules.DAYS.values())
