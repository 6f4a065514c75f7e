"""check, settings, invite, resend, refetch, token: looking after a deployment."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import click
from flask import Flask
from pydantic import BaseModel

from cli.tokens import token
from data.contents import load_content
from data.database import Database
from data.settings import Settings, load_settings, without_password
from data.tables import media, outbox, people
from desk import finding, logins
from desk.audit import verify
from desk.check import check as find_faults
from desk.imports import import_sample

REASONS = {
    "chain": "内容或顺序被改过",
    "status": "现在的状态和最后一条日志不符",
    "empty": "没有日志",
}


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""
    main.add_command(token)

    @main.command(help="体检:目录、网格、队伍、通道、推送,有问题逐条编号并说怎么改。")
    @click.pass_context
    def check(context: click.Context) -> None:
        settings = load_settings()
        content = load_content(settings.content_dir)
        db = Database(settings.url)
        import_sample(db, settings.content_dir / "community", datetime.now(UTC))
        found = find_faults(db, content, settings, datetime.now(UTC))
        for each in found:
            click.echo(f"C{each.code:02d} {each.text}")
        click.echo(f"共 {len(found)} 条。" if found else "一切正常。")
        context.exit(1 if found else 0)

    @main.command(help="每一项设置的含义、现在的值和环境变量名。")
    def settings() -> None:
        _describe(load_settings(), "HUYING_")

    @main.command(help="还没绑定微信的工作人员和他们的绑定码。")
    def invite() -> None:
        settings = load_settings()
        db = Database(settings.url)
        with db.read() as tx:
            waiting = [person for person in people.staff(tx) if person.invite]
        for person in waiting:
            click.echo(f"{person.name}\t发送：绑定 {person.invite}")
        click.echo(f"共 {len(waiting)} 人。")
        code = logins.first_administrator(db, settings, "管理员", datetime.now(UTC))
        if code:
            click.echo(
                f"工作台还没有管理员：打开 /console/setup，账号 {logins.ADMIN}，一次性码 {code}"
            )

    @main.command(help="重建工作台的全文检索:从别处搬来数据、恢复备份以后做一次。")
    def reindex() -> None:
        count = finding.rebuild(Database(load_settings().url))
        click.echo(f"已重建 {count} 件。")

    @main.command(help="核对事项日志：哈希链有没有断，状态和日志对不对得上。")
    @click.argument("what", type=click.Choice(["verify"]))
    @click.pass_context
    def audit(context: click.Context, what: str) -> None:  # noqa: ARG001  one check so far
        found = list(verify(Database(load_settings().url)))
        for breach in found:
            click.echo(
                f"{breach.day} {breach.number} 第 {breach.line} 条：{REASONS[breach.reason]}"
            )
        click.echo(f"{len(found)} 件对不上。" if found else "日志完整，状态一致。")
        context.exit(1 if found else 0)

    @main.command(help="重发一条没发出去(或不知到没到)的推送,编号见 check。")
    @click.argument("push", type=int)
    def resend(push: int) -> None:
        with Database(load_settings().url).write() as tx:
            done = outbox.requeue(tx, push, datetime.now(UTC))
        if not done:
            raise click.ClickException(f"没有可重发的推送 {push}")
        click.echo("已放回待发队列。")

    @main.command(help="再取一次没取到的照片,编号见 check。")
    @click.argument("file", type=int)
    def refetch(file: int) -> None:
        with Database(load_settings().url).write() as tx:
            done = media.retry(tx, file, datetime.now(UTC))
        if not done:
            raise click.ClickException(f"没有取不到的照片 {file}")
        click.echo("已放回待取队列。")


def _describe(section: BaseModel, prefix: str) -> None:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            _describe(value, f"{prefix}{name.upper()}_")
        else:
            shown = without_password(str(value))
            click.echo(f"{prefix}{name.upper()} = {shown}\n    {field.description}")
