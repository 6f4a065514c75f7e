"""What the tests of photos share: what is kept of them, and sources that do as they are told."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from channels.simulator import AibotClientSide, Delivery
from data.rows import Event, StoredMedia
from data.tables import issues
from tests.journey.office import Office
from tests.journey.town import Town
from tests.unit.desk.test_pictures import exif, photo

RESIDENT, WORKER = "sim-lixiulan", "zhangjianguo"
LIGHT = "泉馨苑3号楼2单元的楼道灯坏了，每天晚上都摸黑"
SHOT = photo((120, 90), exif=exif(6))


def files(office: Office | Town) -> list[StoredMedia]:
    with office.runtime.db.read() as tx:
        return tx.all(StoredMedia, "SELECT * FROM media ORDER BY id")


def only(office: Office | Town) -> StoredMedia:
    [file] = files(office)
    return file


def on_disk(office: Office | Town) -> list[Path]:
    folder = office.runtime.settings.data_dir / "media"
    return [path for path in folder.rglob("*") if path.is_file()]


def log_of(office: Office | Town, action: str) -> list[Event]:
    with office.runtime.db.read() as tx:
        return [e for e in issues.events(tx, issues.latest(tx)[0].id) if e.action == action]


def told(office: Office) -> list[str]:
    return office.told_resident(RESIDENT)


def as_town(office: Office) -> Town:
    """What a program needs of a town."""
    town = object.__new__(Town)
    town.runtime, town.now = office.runtime, office.runtime.clock()
    return town


class Robot:
    """The smart robot's callbacks with a text and a picture in one."""

    def __init__(self, town: Town) -> None:
        robot = town.runtime.phones
        assert robot is not None
        self._side: AibotClientSide = robot._robot
        self._client = town.runtime.app.test_client()
        self._town = town

    def say(self, name: str, text: str, group: str | None = None) -> str | None:
        user = self._town.phones._address(self._town.names[name], "aibot")
        items = [
            {"msgtype": "text", "text": {"content": text}},
            {"msgtype": "image", "image": {"url": "https://example.invalid/1"}},
        ]
        where = {"chattype": "group", "chatid": self._town.groups[group]} if group else {}
        body = {
            "msgid": f"m-{text}", "aibotid": "b", "chattype": "single", **where,
            "from": {"userid": user}, "msgtype": "mixed", "mixed": {"msg_item": items},
        }  # fmt: skip
        return self._side.read_reply(self._post(self._side.deliver(json.dumps(body))))

    def _post(self, delivery: Delivery) -> bytes:
        answer = self._client.post(
            f"{delivery.path}?{delivery.query}", data=delivery.body, headers=delivery.headers
        )
        assert answer.status_code == 200
        content: bytes = answer.data
        return content


class Spoilt:
    """A source that does as it is told."""

    def __init__(self, answer: Callable[[], bytes]) -> None:
        self.answer = answer
        self.calls = 0

    def fetch(self, _: object) -> bytes:
        self.calls += 1
        return self.answer()


def spoil(town: Office | Town, answer: Callable[[], bytes]) -> Spoilt:
    source = Spoilt(answer)
    town.runtime.fetcher._sources = {"wechat": source, "aibot": source}
    return source
