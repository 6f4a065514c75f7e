"""What the sheets of QR codes hold: for the browser's printer and for the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from channels import wechat_qr
from channels.wechat import WechatConfig
from data.contents import Content
from data.database import Database, Tx
from data.settings import Settings
from data.tables import roster, yards
from desk.tokens import StoredTokens

KINDS: Final = ("places", "yards", "desk")
DESK: Final = "report"  # the parameter of the check-in desk (双报到)


def codes(tx: Tx, what: str, grid: str, content: Content) -> list[tuple[str, str]]:
    """Each code's parameter, and what is printed above it; no landlord's name."""
    if what == "yards":
        return [(y.code, y.label) for y in yards.page(tx) if not grid or y.grid == grid]
    if what == "places":
        return [
            (place.code, f"{place.estate} {place.buildings}")
            for place in roster.places(tx)
            if place.code and (not grid or place.grid == grid)
        ]
    return [(DESK, content.replies["qr.desk"])]


def connected(settings: Settings) -> bool:
    return bool(settings.wechat.appid and settings.wechat.secret.get_secret_value())


def addresses(settings: Settings, db: Database) -> Callable[[str], str]:
    """What a code carries: WeChat's own address where the account is connected."""
    if not connected(settings):
        return lambda code: code
    account = settings.wechat
    config = WechatConfig(
        token=account.token.get_secret_value(),
        app_id=account.appid,
        secret=account.secret.get_secret_value(),
        api_base=account.api_base,
    )
    return wechat_qr.SceneCodes(config, StoredTokens(db)).address
