"""check, settings, invite, audit, retention, rotate-key, resend …: looking after a deployment."""

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
from data.tables import issues, media, outbox, people
from desk import finding, logins, tracing
from desk.audit import verify
from desk.check import check as find_faults
from desk.imports import import_sample
from desk.retention import clear, erase_waiting
from desk.retention import due as find_old
from desk.service import SYSTEM, Act

REASONS = {
    "chain": "内容或顺序被改过",
    "status": "现在的状态和最后一条日志不符",
    "empty": "没有日志",
}
OLD = {
    "chat": "没有登记成事项的聊天",
    "raw": "登记成事项的聊天原文",
    "joined": "附议时说的话",
    "pushes": "已发出的通知内容",
    "issues": "要去掉个人信息的事项",
    "persons": "等着删除的人",
}


@click.command(help="体检:目录、网格、队伍、通道、推送,有问题逐条编号并说怎么改。")
@click.pass_context
def check(context: click.Context) -> None:
    settings = load_settings()
    content = load_content(settings.content_dir)
    db = Database.of(settings)
    import_sample(db, settings.content_dir / "community", datetime.now(UTC))
    found = find_faults(db, content, settings, datetime.now(UTC))
    for each in found:
        click.echo(f"C{each.code:02d} {each.text}")
    click.echo(f"共 {len(found)} 条。" if found else "一切正常。")
    context.exit(1 if found else 0)


@click.command(help="每一项设置的含义、现在的值和环境变量名。")
def settings() -> None:
    _describe(load_settings(), "HUYING_")


@click.command(help="还没绑定微信的工作人员和他们的绑定码。")
def invite() -> None:
    settings = load_settings()
    db = Database.of(settings)
    with db.read() as tx:
        waiting = [person for person in people.staff(tx) if person.invite]
    for person in waiting:
        click.echo(f"{person.name}\t发送：绑定 {person.invite}")
    click.echo(f"共 {len(waiting)} 人。")
    code = logins.first_administrator(db, settings, "管理员", datetime.now(UTC))
    if code:
        click.echo(f"工作台还没有管理员：打开 /console/setup，账号 {logins.ADMIN}，一次性码 {code}")


@click.command(help="重建工作台的全文检索:从别处搬来数据、恢复备份以后做一次。")
def reindex() -> None:
    count = finding.rebuild(Database.of(load_settings()))
    click.echo(f"已重建 {count} 件。")


@click.command(help="核对事项日志：哈希链有没有断，状态和日志对不对得上。")
@click.argument("what", type=click.Choice(["verify"]))
@click.pass_context
def audit(context: click.Context, what: str) -> None:  # noqa: ARG001  one check so far
    found = list(verify(Database.of(load_settings())))
    for breach in found:
        click.echo(f"{breach.day} {breach.number} 第 {breach.line} 条：{REASONS[breach.reason]}")
    click.echo(f"{len(found)} 件对不上。" if found else "日志完整，状态一致。")
    context.exit(1 if found else 0)


@click.command("rotate-key", help="换密钥:全部数据用新密钥重新加密。先停服务,先备份。")
def rotate_key() -> None:
    settings = load_settings()
    given, before = settings.secret_key.get_secret_value(), settings.previous_key
    if given and not before.get_secret_value():
        raise click.ClickException(
            "密钥在环境变量里：HUYING_SECRET_KEY 填新的，HUYING_PREVIOUS_KEY 填原来的，再来一次"
        )
    old = settings.model_copy(update={"secret_key": before}) if given else settings
    db = Database.of(old)
    count = db.rotate(given.encode() if given else settings.prepare_next_secret())
    if not given:
        settings.take_up_next_secret()
    click.echo(f"已换密钥，{count} 行重新加密。现在请备份新的密钥，旧备份还要用旧密钥打开。")


@click.command(help="重发一条没发出去(或不知到没到)的推送,编号见 check。")
@click.argument("push", type=int)
def resend(push: int) -> None:
    with Database.of(load_settings()).write() as tx:
        done = outbox.requeue(tx, push, datetime.now(UTC))
    if not done:
        raise click.ClickException(f"没有可重发的推送 {push}")
    click.echo("已放回待发队列。")


@click.command(help="再取一次没取到的照片,编号见 check。")
@click.argument("file", type=int)
def refetch(file: int) -> None:
    with Database.of(load_settings()).write() as tx:
        done = media.retry(tx, file, datetime.now(UTC))
    if not done:
        raise click.ClickException(f"没有取不到的照片 {file}")
    click.echo("已放回待取队列。")


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:
    """Add these commands to the command line."""
    for command in (token, check, settings, invite, reindex, audit, rotate_key, resend, refetch):
        main.add_command(command)

    @main.command(help="一件事的一生,逐条列出,个人信息已遮盖:trace 1123-07。")
    @click.argument("number")
    def trace(number: str) -> None:
        runtime = create_app(load_settings()).extensions["huying"]
        with runtime.db.read() as tx:
            now = datetime.now(UTC)
            act = Act(tx, runtime.service, SYSTEM, now, runtime.service.roster(tx))
            issue = issues.by_number(tx, number)
            if issue is None:
                raise click.ClickException(f"没有 {number} 这件事")
            for line in tracing.trace(act, issue):
                click.echo(line)

    @main.command(help="现在就清理到期的个人信息;平时每小时自动做一次。")
    @click.option("--dry-run", is_flag=True, help="只说会清掉多少,什么都不动")
    def retention(dry_run: bool) -> None:
        now = datetime.now(UTC)
        runtime = create_app(load_settings()).extensions["huying"]
        for kind, count in find_old(runtime.db, runtime.settings.retention, now).items():
            click.echo(f"{OLD[kind]}\t{count}")
        if not dry_run:
            clear(runtime.db, runtime.service, now)
            erase_waiting(runtime.db, runtime.service, now)
            click.echo("已清理。")


def _describe(section: BaseModel, prefix: str) -> None:
    for name, field in type(section).model_fields.items():
        value = getattr(section, name)
        if isinstance(value, BaseModel):
            _describe(value, f"{prefix}{name.upper()}_")
        else:
            shown = without_password(str(value))
            click.echo(f"{prefix}{name.upper()} = {shown}\n    {field.description}")
