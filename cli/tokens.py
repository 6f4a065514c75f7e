"""token add, list, revoke: keys for programs."""

from __future__ import annotations

from datetime import UTC, datetime

import click

from data.database import Database
from data.rows import ApiToken
from data.settings import load_settings
from data.tables import api_tokens as table
from desk import api_tokens
from desk.api_tokens import SCOPES, Scope
from desk.imports import import_sample
from desk.rules.deadlines import LOCAL


def _database() -> Database:
    settings = load_settings()
    db = Database.of(settings)
    import_sample(db, settings.content_dir / "community", datetime.now(UTC))
    return db


@click.group(help="给程序用的密钥：发放、列出、收回（docs/api.md）。")
def token() -> None:
    """The group `token`."""


@token.command(help="发一个密钥。它只显示这一次，库里只留散列。")
@click.argument("name")
@click.option(
    "--scope",
    "scopes",
    multiple=True,
    type=click.Choice(SCOPES),
    help="权限，可以写几个：read 读、write 登记和办理、admin 管推送、personal 看个人信息",
)
@click.option("--person", default=None, help="替谁办事（人员表里的 key），缺省是社区书记")
@click.option("--days", type=click.IntRange(1, 3650), default=None, help="多少天后失效，缺省不失效")
def add(name: str, scopes: tuple[Scope, ...], person: str | None, days: int | None) -> None:
    with _database().write() as tx:
        try:
            made, secret = api_tokens.make(
                tx, name, person, scopes or ("read",), datetime.now(UTC), days
            )
        except api_tokens.NameTaken:
            raise click.ClickException(f"{name} 这个名字用着呢，换一个，或者先收回") from None
        except api_tokens.NoSuchPerson:
            raise click.ClickException(
                f"人员表里没有 {person or '书记'}，用 --person 写明"
            ) from None
    click.echo(_line(made), err=True)
    click.echo("密钥只显示这一次，请收好：", err=True)
    click.echo(secret)


@token.command("list", help="列出所有密钥（不含密钥本身）。")
def list_() -> None:
    with _database().read() as tx:
        found = table.every(tx)
    for each in found:
        click.echo(_line(each))
    click.echo(f"共 {len(found)} 个。")


@token.command(help="收回一个密钥，用它登记的推送也一起停掉。")
@click.argument("name")
def revoke(name: str) -> None:
    with _database().write() as tx:
        done = api_tokens.revoke(tx, name, datetime.now(UTC))
    if not done:
        raise click.ClickException(f"没有在用的密钥 {name}")
    click.echo(f"{name} 已收回。")


def _line(each: ApiToken) -> str:
    until = _day(each.expires_at) or "不失效"
    state = f"{_day(each.revoked_at)} 收回" if each.revoked_at else until
    used = _day(each.used_at) or "没用过"
    return f"{each.name}\t替 {each.person}\t{'、'.join(each.scopes)}\t{state}\t{used}"


def _day(at: datetime | None) -> str:
    return f"{at.astimezone(LOCAL):%Y-%m-%d}" if at else ""
