"""Everything that is not text, over the vendor's bytes."""

from __future__ import annotations

import pytest

from channels.simulator import WechatClientSide
from channels.wechat import WechatConfig
from desk.message import Event, Kind
from tests.journey.town import TOKEN, Town


class Stranger:
    """A phone that is in nobody's roster, in front of the real webhook."""

    def __init__(self, town: Town) -> None:
        config = WechatConfig(token=TOKEN)
        self._side = WechatClientSide(config, clock=lambda: town.now.timestamp())
        self._client = town.runtime.app.test_client()

    def send(
        self, kind: Kind, text: str = "", event: Event = "subscribe", key: str = ""
    ) -> str | None:
        delivery = self._side.request(kind, "o-stranger", text, event=event, event_key=key)
        response = self._client.post(
            delivery.path + "?" + delivery.query, data=delivery.body, headers=delivery.headers
        )
        assert response.status_code == 200, response.status_code
        return self._side.read_reply(response.get_data())


@pytest.fixture
def stranger(town: Town) -> Stranger:
    return Stranger(town)


def test_a_yards_code_binds_the_resident_to_the_place(stranger: Stranger, town: Town) -> None:
    welcome = stranger.send("event", key="yard-cyj-1")
    assert welcome is not None
    assert "朝阳街小区" in welcome
    reply = stranger.send("text", "3号楼2单元楼道灯坏了")
    assert reply is not None
    assert "朝阳街小区3号楼2单元" in reply
    assert town.issues()[0].grid == "CYJ-1-1-1"


def test_a_grids_code(stranger: Stranger) -> None:
    welcome = stranger.send("event", event="scan", key="CYJ-1-1")
    assert welcome is not None
    assert "微网格" in welcome


def test_an_unknown_code_is_still_a_welcome(stranger: Stranger) -> None:
    assert "呼应" in (stranger.send("event", key="grid0312") or "")


def test_the_privacy_notice_comes_once(stranger: Stranger) -> None:
    first = stranger.send("event") or ""
    second = stranger.send("text", "你好") or ""
    assert "隐私说明" in first
    assert "隐私说明" not in second


@pytest.mark.parametrize(
    ("kind", "event", "said"),
    [
        ("image", "subscribe", "图片收到"),
        ("video", "subscribe", "图片收到"),
        ("voice", "subscribe", "打字"),
        ("location", "subscribe", "位置收到"),
        ("link", "subscribe", "链接"),
        ("event", "unsubscribe", None),
        ("event", "template_done", None),
        ("event", "location", None),
        ("event", "other", None),
    ],
)
def test_what_carries_no_words(
    stranger: Stranger, kind: Kind, event: Event, said: str | None
) -> None:
    reply = stranger.send(kind, event=event)
    if said is None:
        assert reply is None
    else:
        assert said in (reply or "")


def test_a_voice_with_its_words_is_as_good_as_text(stranger: Stranger, town: Town) -> None:
    stranger.send("event", key="yard-cyj-1")
    stranger.send("voice", "3号楼2单元楼道灯坏了")
    assert [issue.category for issue in town.issues()] == ["repair.light"]


def test_the_menu(stranger: Stranger) -> None:
    assert "平常话" in (stranger.send("event", event="click", key="help") or "")
    assert stranger.send("event", event="click", key="no such key") is None


def test_a_picture_joins_the_issue_it_follows(town: Town) -> None:
    town.say("李秀兰", "3号楼2单元的楼道灯坏了")
    reply = town.phones.image(town.names["李秀兰"], None)
    assert reply is not None
    assert "已附到 1123-01" in reply
