"""The sample community with residents on an Official Account and its staff on WeCom."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pydantic import SecretStr
from werkzeug.test import TestResponse

from bot import Runtime, create_app
from channels.simulator import Delivery, WechatClientSide
from channels.wecom import WecomConfig
from data.rows import Issue, StoredPush
from data.settings import Quiet, Settings, Wechat, Wecom
from data.tables import issues, outbox, people
from tests.journey.account import AES_KEY, APP_ID, CONFIG, SECRET, TOKEN
from tests.journey.fake_wechat import FakeWechat
from tests.journey.fake_wecom import Card, FakeWecom
from tests.journey.town import MORNING
from tests.journey.wecom_client import WecomClientSide

CORP = WecomConfig(
    token="QDG6eK",
    corp_id="wx5823bf96d3bd56c7",
    agent_id=218,
    aes_key="jWmYm7qr5nMoAUwZRjGtBxmz3KA1tkAj3ykkR6q2B2C",
    secret="a-very-secret-app-secret-of-wecom",
)


@dataclass
class Office:
    """One running application between two vendors, under one clock."""

    runtime: Runtime
    wechat: FakeWechat
    wecom: FakeWecom
    resident_side: WechatClientSide
    worker_side: WecomClientSide

    def post(self, delivery: Delivery) -> TestResponse:
        response = self.runtime.app.test_client().post(
            delivery.path,
            query_string=delivery.query,
            data=delivery.body,
            headers=delivery.headers,
        )
        assert response.status_code == 200
        return response

    def resident_says(self, openid: str, text: str) -> str | None:
        """Over the Official Account; returns the passive answer."""
        self.wechat.wrote(openid)
        response = self.post(self.resident_side.request("text", openid, text))
        self.settle()
        return self.resident_side.read_reply(response.data)

    def resident_sends(self, openid: str, photo: bytes) -> str | None:
        """A photo over the Official Account, which the vendor keeps; returns the passive answer."""
        self.wechat.wrote(openid)
        media_id = f"PHOTO-{len(self.wechat.media)}"
        self.wechat.media[media_id] = photo
        response = self.post(self.resident_side.request("image", openid, media_id=media_id))
        self.settle()
        return self.resident_side.read_reply(response.data)

    def worker_says(self, user: str, text: str) -> str:
        """Over the WeCom app; returns the passive answer."""
        response = self.post(self.worker_side.text(user, text))
        self.settle()
        reply = self.worker_side.read_reply(response.data)
        return str(reply["Content"]) if reply else ""

    def click(self, card: Card, button: str) -> Delivery:
        """Tap a button; the phone shows what the answer makes of the card."""
        assert not card.replaced, "there is nothing left to tap"
        delivery = self.worker_side.click(card, button, self.wecom.new_code(card))
        self.answered(card, self.post(delivery))
        self.settle()
        return delivery

    def answered(self, card: Card, response: TestResponse) -> None:
        """What a passive reply does to the clicked card."""
        reply = self.worker_side.read_reply(response.data)
        if reply is not None:
            assert reply["MsgType"] == "update_button"
            card.replaced = reply["Button"]["ReplaceName"]

    def settle(self) -> None:
        """What the background threads do."""
        self.runtime.fetcher.fetch_due()
        self.runtime.courier.deliver_due()
        self.runtime.refresh_cards()

    def wait(self, seconds: float) -> None:
        self.wecom.now += seconds
        self.wechat.now = self.wecom.now
        self.runtime.sweep()
        self.runtime.inbox.catch_up()
        self.settle()

    def told(self, user: str) -> list[str]:
        """Texts on a worker's phone."""
        return [text for to, text in self.wecom.texts if to == user]

    def cards(self, user: str) -> list[Card]:
        return [card for card in self.wecom.cards if card.user == user]

    def told_resident(self, openid: str) -> list[str]:
        return [text for to, text in self.wechat.sent if to == openid]

    def issue(self) -> Issue:
        """The only one."""
        with self.runtime.db.read() as tx:
            [issue] = issues.latest(tx)
        return issue

    def pushes(self) -> list[StoredPush]:
        issue = self.issue().id
        with self.runtime.db.read() as tx:
            return outbox.of_issue(tx, issue)


@contextmanager
def open_office(folder: Path, **wechat: str) -> Iterator[Office]:
    """Staff are in WeCom under their keys of people.csv; residents have written just now."""
    with FakeWechat(APP_ID, SECRET) as account, _corporation() as corp:
        account.now = corp.now = MORNING.timestamp()
        settings = Settings(
            data_dir=folder,
            simulator="off",
            quiet=Quiet(hours="off"),
            wechat=Wechat(
                token=SecretStr(TOKEN),
                appid=APP_ID,
                secret=SecretStr(SECRET),
                aes_key=SecretStr(AES_KEY),
                only_encrypted=True,
                api_base=account.base,
                **wechat,
            ),
            wecom=Wecom(
                token=SecretStr(CORP.token),
                corpid=CORP.corp_id,
                agentid=CORP.agent_id,
                aes_key=SecretStr(CORP.aes_key),
                secret=SecretStr(CORP.secret),
                api_base=corp.base,
                robot_key=SecretStr(corp.robot_key),
            ),
        )

        def clock() -> datetime:
            return datetime.fromtimestamp(corp.now, UTC)

        runtime: Runtime = create_app(settings, clock).extensions["huying"]
        with runtime.db.write() as tx:
            for person in people.staff(tx):
                people.bind(tx, "wecom", person.id, person.id)
                corp.members.add(person.id)
        yield Office(
            runtime,
            account,
            corp,
            WechatClientSide(CONFIG, mode="safe", clock=lambda: corp.now),
            WecomClientSide(CORP, lambda: corp.now),
        )
        runtime.db.close()


def _corporation() -> FakeWecom:
    return FakeWecom(CORP.corp_id, CORP.secret, CORP.agent_id, set())
