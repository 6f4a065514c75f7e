"""serve, work and chat: the commands that run."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import click
import waitress
from flask import Flask

from data.database import Database, StoreFailed
from data.settings import Settings, load_settings, without_password
from desk import logins, logs

if TYPE_CHECKING:
    from console.phones import SimulatedPhones

Factory = Callable[[Settings], Flask]
STORE_SECONDS = 60.0  # a database that is just being started, or recovers, is waited for
RETRY_SECONDS = 2.0
LAST_SECONDS = 8.0  # a vendor is given five; systemd and docker kill after ten or more


def register(main: click.Group, create_app: Factory) -> None:
    """Add these commands to the command line."""

    @main.command(help="启动服务:微信回调、/chat 模拟器、后台推送。")
    @click.option("--host", default=None, help="监听地址,缺省见 config.toml")
    @click.option("--port", type=int, default=None, help="端口,缺省 8000(或环境变量 PORT)")
    @click.option("--no-work", is_flag=True, help="只答网页和回调,推送和到期处理另由 work 做")
    def serve(host: str | None, port: int | None, no_work: bool) -> None:
        settings = load_settings()
        logs.set_up(settings.log.format)
        host = host or os.environ.get("HOST") or settings.host
        port = port or int(os.environ.get("PORT") or settings.port)
        app = opened(create_app, settings)
        runtime = app.extensions["huying"]
        with _working(runtime, wanted=not no_work):
            _announce(settings, runtime.db, host, port)
            waitress.serve(app, host=host, port=port, threads=settings.threads, ident="huying")

    @main.command(help="只跑后台(推送和到期处理),配合多个网页进程使用。")
    def work() -> None:
        settings = load_settings()
        logs.set_up(settings.log.format)
        runtime = opened(create_app, settings).extensions["huying"]
        with _working(runtime, wanted=True) as stop:
            stop.wait()  # a join() that is interrupted takes its thread for ended

    @main.command(help="在终端里扮演居民或网格员聊天,走的是同一条真实回调。")
    @click.option("--as", "who", default=None, help="扮演谁(人员表里的 key),缺省第一位")
    @click.option("--group", is_flag=True, help="在群里说,而不是一对一")
    def chat(who: str | None, group: bool) -> None:
        runtime = create_app(load_settings()).extensions["huying"]
        if runtime.phones is None:
            raise click.ClickException("模拟器没有开:公众号已接通,或 HUYING_SIMULATOR=off")
        if not runtime.service.prepared(None):
            raise click.ClickException(
                "词表或例句读不通，看上面的日志；改好后运行 python bot.py check"
            )
        _Terminal(runtime, who, group).run()


def opened(
    create_app: Factory, settings: Settings, patience: float = STORE_SECONDS,
    pause: float = RETRY_SECONDS,
) -> Flask:  # fmt: skip
    """The application, as soon as its store can be opened; StoreFailed when that takes too long.

    After a power cut the database is up later than we are, and one whose last user was killed may
    still be locked. Whoever has mistyped its address sees at once why nothing happens.
    """
    deadline = time.monotonic() + patience
    while True:
        try:
            return create_app(settings)
        except StoreFailed as failure:
            if time.monotonic() + pause > deadline:
                raise
            click.echo(f"数据库还打不开，{pause:g} 秒后再试：{failure}", err=True)
            time.sleep(pause)


@contextmanager
def _working(runtime: Any, *, wanted: bool) -> Iterator[threading.Event]:
    """The background threads. Told to end (SIGTERM), they finish what they are at: a push that is
    cut off in the middle would be in doubt."""
    signal.signal(signal.SIGTERM, _end)
    stop = threading.Event()
    threads: list[threading.Thread] = runtime.start_threads(stop) if wanted else []
    try:
        yield stop
    finally:
        stop.set()
        deadline = time.monotonic() + LAST_SECONDS
        for thread in threads:
            thread.join(max(deadline - time.monotonic(), 0.0))


def _end(*_: object) -> None:
    raise SystemExit(0)


def _announce_console(settings: Settings, db: Database, address: str) -> None:
    """Where staff sign in; as long as no administrator can, with a code for the first one."""
    click.echo(f"  工作台      {address}")
    code = logins.first_administrator(db, settings, "管理员", datetime.now(UTC))
    if code:
        click.echo(f"  第一次登录  打开 {address}/setup，账号 {logins.ADMIN}，一次性码 {code}")


def _announce(settings: Settings, db: Database, host: str, port: int) -> None:
    shown = "localhost" if host in ("127.0.0.1", "0.0.0.0") else host
    click.echo(f"呼应已启动  http://{shown}:{port}")
    if settings.simulated:
        click.echo(f"  聊天模拟器  http://{shown}:{port}/chat   从这里开始：扮演居民说一句话")
    _announce_console(settings, db, f"http://{shown}:{port}/console")
    click.echo(f"  微信回调    http://{shown}:{port}/wechat   智能机器人回调 /aibot")
    if settings.wecom.configured:
        click.echo(f"  企业微信应用回调 http://{shown}:{port}/wecom")
    click.echo(f"  数据        {without_password(settings.url).removeprefix('sqlite:///')}")


class _Terminal:
    """One phone at a time, in a terminal; `/换 名字` takes up another."""

    def __init__(self, runtime: Any, who: str | None, group: bool) -> None:
        self._runtime = runtime
        self._phones: SimulatedPhones = runtime.phones
        self._actors = {actor.id: actor for actor in self._phones.actors()}
        if who is not None and who not in self._actors:
            raise click.ClickException(f"没有 {who}。可以扮演：{'、'.join(self._actors)}")
        self._who = who or next(iter(self._actors))
        self._group = group
        lines = self._phones.feed(0)
        self._cursor = lines[-1].id if lines else 0

    def run(self) -> None:
        click.echo("直接说话;/换 KEY 换人;/群 切换群聊;/人 看有谁;Ctrl-D 结束。")
        while True:
            actor = self._actors[self._who]
            try:
                text = input(f"{actor.name}{'(群)' if self._group else ''}> ").strip()
            except EOFError:
                return
            if text:
                self._say(text)

    def _say(self, text: str) -> None:
        if text.startswith("/换 ") and text[3:].strip() in self._actors:
            self._who = text[3:].strip()
        elif text == "/群":
            self._group = not self._group
        elif text == "/人":
            for actor in self._actors.values():
                click.echo(f"  {actor.id}  {actor.name} {actor.role_label} {actor.hint}")
        else:
            chats = [chat for chat, _ in self._actors[self._who].chats if chat]
            self._phones.send(self._who, chats[0] if self._group and chats else None, text)
            self._runtime.courier.deliver_due()
            self._show()

    def _show(self) -> None:
        """Whatever has come to any phone since last time."""
        time.sleep(0.05)
        for line in self._phones.feed(self._cursor):
            self._cursor = line.id
            if not line.mine:
                owner = self._actors.get(line.actor)
                body = line.text.replace("\n", "\n    ")
                click.echo(f"  → {owner.name if owner else line.actor}:{body}")
