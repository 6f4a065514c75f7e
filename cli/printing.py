"""qr: a sheet of QR codes to print, for yards, places, or the check-in desk."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import click
from flask import Flask

from console import qr_sheets
from data.contents import load_content
from data.database import Database
from data.overlay import lay
from data.settings import Settings, load_settings
from data.tables import amendments
from desk import qr
from desk.message import DeliveryFailed


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
            content = lay(content, settings, amendments.in_force(tx)).content
            found = qr_sheets.codes(tx, what, grid, content)
        address = qr_sheets.addresses(settings, db)
        hint = content.replies["qr.hint"].format(community=content.about.name)
        try:
            labels = [qr.Label(address(code), title, hint) for code, title in found]
        except DeliveryFailed as failure:
            raise click.ClickException(f"微信没有给出二维码：{failure.cause}") from None
        output.write_text(qr.sheet(content.about.name, labels), encoding="utf-8")
        click.echo(f"{len(labels)} 个二维码在 {output}，用浏览器打开来打印。")
        if not qr_sheets.connected(settings):
            click.echo("公众号还没有接通：现在的码里只有参数，在 /chat 里能扫，微信扫了进不来。")
