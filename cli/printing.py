"""qr: a sheet of QR codes to print, for yards, places, or the check-in desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from channels import wechat_qr
from channels.wechat import WechatConfig
from data.contents import Content, load_content
from data.database import Database, Tx
from data.settings import Settings, load_settings
from data.tables import roster, yards
from desk import qr
from desk.message import DeliveryFailed
from desk.tokens import StoredTokens

DESK = "report"  # the parameter of the check-in desk (双报到)


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""

    @main.command(
        "qr", help="打印二维码:院落(yards)、小区楼栋(places)、报到点(desk)。用浏览器打开来打印。"
    )
    @click.argument("what", type=click.Choice(["yards", "places", "desk"]))
    @click.option("--grid", default="", help="只要这个网格的")
    @click.option("--output", "-o", type=click.Path(path_type=Path), required=True)
    def qr_(what: str, grid: str, output: Path) -> None:
        settings = load_settings()
        content = load_content(settings.content_dir)
        db = Database.of(settings)
        with db.read() as tx:
            found = _codes(tx, what, grid, content)
        address = _addresses(settings, db)
        hint = content.replies["qr.hint"].format(community=content.about.name)
        try:
            labels = [qr.Label(address(code), title, hint) for code, title in found]
        except DeliveryFailed as failure:
            raise click.ClickException(f"微信没有给出二维码：{failure.cause}") from None
        output.write_text(qr.sheet(content.about.name, labels), encoding="utf-8")
        click.echo(f"{len(labels)} 个二维码在 {output}，用浏览器打开来打印。")
        if not _connected(settings):
            click.echo("公众号还没有接通：现在的码里只有参数，在 /chat 里能扫，微信扫了进不来。")


def _codes(tx: Tx, what: str, grid: str, content: Content) -> list[tuple[str, str]]:
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


def _connected(settings: Settings) -> bool:
    return bool(settings.wechat.appid and settings.wechat.secret.get_secret_value())


def _addresses(settings: Settings, db: Database) -> Callable[[str], str]:
    """What a code carries: WeChat's own address where the account is connected."""
    if not _connected(settings):
        return lambda code: code
    account = settings.wechat
    config = WechatConfig(
        token=account.token.get_secret_value(),
        app_id=account.appid,
        secret=account.secret.get_secret_value(),
        api_base=account.api_base,
    )
    return wechat_qr.SceneCodes(config, StoredTokens(db)).address
