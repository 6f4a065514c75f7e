"""The sample community behind a real Official Account in safe mode, its vendor a fake one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from pydantic import SecretStr
from werkzeug.test import TestResponse

from bot import Runtime, create_app
from channels.simulator import Delivery, WechatClientSide
from channels.wechat import WechatConfig
from data.database import Database
from data.rows import Issue, StoredPush
from data.settings import Quiet, Settings, Wechat
from data.tables import issues, outbox
from tests.journey.fake_wechat import FakeWechat

TOKEN = "a-token-for-tests"
APP_ID = "wxba5fad812f8e6fb9"
SECRET = "a-very-secret-app-secret"
AES_KEY = "kWxPEV2UEDyxWpmPdKC3F4dgPDmOvfKX1HGnEUDS1aR"
CONFIG = WechatConfig(token=TOKEN, app_id=APP_ID, secret=SECRET, aes_key=AES_KEY)


@dataclass
class Account:
    """One running application, its vendor, and WeChat's side of the webhook."""

    runtime: Runtime
    vendor: FakeWechat
    client: WechatClientSide

    def post(self, delivery: Delivery) -> TestResponse:
        return self.runtime.app.test_client().post(
            delivery.path,
            query_string=delivery.query,
            data=delivery.body,
            headers=delivery.headers,
        )

    def answer(self, delivery: Delivery) -> str | None:
        """What the resident reads."""
        response = self.post(delivery)
        assert response.status_code == 200
        return self.client.read_reply(response.data)

    def issues(self) -> list[Issue]:
        with self.runtime.db.read() as tx:
            return issues.latest(tx)[::-1]

    def pushes(self) -> list[StoredPush]:
        with self.runtime.db.read() as tx:
            return tx.all(StoredPush, "SELECT * FROM outbox ORDER BY id")

    def messages(self) -> int:
        with self.runtime.db.read() as tx:
            return int(tx.scalar("SELECT COUNT(*) FROM messages"))

    def troubled(self) -> list[StoredPush]:
        with self.runtime.db.read() as tx:
            return outbox.troubled(tx)


@contextmanager
def open_account(folder: Path, url: str = "") -> Iterator[Account]:
    """The account, with everybody of the sample community following it. `url`: of another store."""
    with FakeWechat(APP_ID, SECRET) as vendor:
        wechat = Wechat(
            token=SecretStr(TOKEN),
            appid=APP_ID,
            secret=SecretStr(SECRET),
            aes_key=SecretStr(AES_KEY),
            api_base=vendor.base,
        )
        settings = Settings(
            data_dir=folder,
            database_url=url,
            simulator="off",
            wechat=wechat,
            quiet=Quiet(hours="off"),
        )
        app = create_app(settings)
        runtime: Runtime = app.extensions["huying"]
        followed_by(vendor, settings.url)
        yield Account(runtime, vendor, WechatClientSide(CONFIG, mode="safe"))
        runtime.db.close()


def followed_by(vendor: FakeWechat, url: str) -> list[str]:
    """Everybody with an account has just written, so that the vendor takes pushes to them."""
    database = Database(url)
    with database.read() as tx:
        rows = tx.rows("SELECT address FROM accounts WHERE channel = 'wechat'")
    database.close()
    addresses = [str(row["address"]) for row in rows]
    for address in addresses:
        vendor.wrote(address)
    return addresses
