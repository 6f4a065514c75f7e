"""呼应 Huying: the application and its command line. `python bot.py --help` lists the commands."""

from __future__ import annotations

import base64
import logging
import secrets
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, Response, jsonify, redirect
from werkzeug.test import Client

from api import open311, rest
from api.webhook_push import WebhookSender
from channels import aibot, group_robot, wechat, wecom
from channels.simulator import AibotClientSide, Mode, SimulatedPhones, WechatClientSide
from channels.wechat_push import OfficialAccountSender
from channels.wechat_template import template_fields
from channels.wecom_push import WecomSender
from console import chat, phones
from console.pages import add_console
from data.contents import BadContent, load_content
from data.database import Database, StoreFailed
from data.migrations import SchemaIsNewer
from data.settings import BadSettings, Settings, load_settings
from desk import cooperation, listing_sweeps, motions, reminders, rounds, sweeps, webhooks
from desk.cards import CardChanger, Cards
from desk.imports import import_sample
from desk.message import Sender
from desk.outbox import Courier, work
from desk.pace import StoredTimes
from desk.service import Service
from desk.tokens import StoredTokens
from handlers import dialog
from handlers.inbound import Inbound

SWEEP_SECONDS = 5.0
CARD_SECONDS = 1.0


def utc_now() -> datetime:
    return datetime.now(UTC)


@dataclass(frozen=True)
class Runtime:
    """The parts of one running application, for its threads, its commands and its tests."""

    app: Flask
    settings: Settings
    db: Database
    service: Service
    inbox: Inbound
    courier: Courier
    phones: phones.SimulatedPhones | None
    clock: Callable[[], datetime]
    cards: Cards
    card_changers: Mapping[str, CardChanger]
    webhook_courier: Courier  # of its own, so that a slow program holds up nobody's phone

    def refresh_cards(self) -> int:
        """Cards whose issue has moved on say so; returns how many were tried."""
        return self.cards.refresh(self.card_changers)

    def deliver_events(self) -> int:
        """Events for the programs that follow them; returns how many were tried."""
        webhooks.queue(self.db, self.service, self.clock())
        return self.webhook_courier.deliver_due()

    def sweep(self) -> None:
        """Whatever is due by itself."""
        now = self.clock()
        self.courier.recover()
        sweeps.call_duty_chain(self.db, self.service, now)
        sweeps.rehome(self.db, self.service, now)
        sweeps.close_silent(self.db, self.service, now)
        dialog.record_silent(self.db, self.service, now)
        reminders.remind(self.db, self.service, now)
        cooperation.remind(self.db, self.service, now)
        reminders.digest(self.db, self.service, now)
        for practice in (listing_sweeps, rounds, motions):
            practice.run(self.db, self.service, now)

    def start_threads(self, stop: threading.Event) -> list[threading.Thread]:
        """The courier and the sweep, each in a thread of its own."""
        every = self.settings.outbox.poll_seconds
        jobs: list[tuple[Callable[[], object], float]] = [
            (self.courier.deliver_due, every),
            (self.deliver_events, every),
            (self.sweep, SWEEP_SECONDS),
        ]
        if self.card_changers:
            jobs.append((self.refresh_cards, CARD_SECONDS))
        threads = [
            threading.Thread(target=work, args=(job, stop, seconds), daemon=True)
            for job, seconds in jobs
        ]
        for thread in threads:
            thread.start()
        return threads


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The web application; `app.extensions["huying"]` is its Runtime. Starts no thread."""
    settings = settings or load_settings()
    content = load_content(settings.content_dir)
    db = Database(settings.url)
    import_sample(db, settings.content_dir / "community", clock())
    service = Service(content, settings, _pushable(settings))
    cards = Cards(db, service, clock)
    inbox = Inbound(db, service, clock)

    app = Flask("huying", static_folder=None)
    wechat_config, robot_config = _wechat(settings), _robot(settings)
    seconds: Callable[[], float] = lambda: clock().timestamp()  # noqa: E731
    if _has_account(settings):
        app.register_blueprint(wechat.blueprint(wechat_config, inbox, clock=seconds))
    if settings.wecom.configured:
        app.register_blueprint(wecom.blueprint(_wecom(settings), inbox, cards, clock=seconds))
    app.register_blueprint(aibot.blueprint(robot_config, inbox, clock=seconds))
    simulated = None
    if settings.simulated:
        simulated = phones.SimulatedPhones(
            db,
            content,
            WechatClientSide(wechat_config, mode=_mode(wechat_config), clock=seconds),
            AibotClientSide(robot_config, clock=seconds),
            lambda: Client(app),
            clock,
        )
        app.register_blueprint(chat.blueprint(simulated))
        app.add_url_rule("/", "home", lambda: redirect("/chat"))
    app.add_url_rule("/healthz", "healthz", lambda: _health(db, service))
    senders, changers = _senders(settings, db, cards, simulated, clock)
    people = tuple(senders)
    private = settings.api.private_webhooks
    senders[webhooks.CHANNEL] = WebhookSender(db, private=private, clock=clock)
    courier = Courier(db, senders, settings, clock, people)
    programs = Courier(db, senders, settings, clock, (webhooks.CHANNEL,))
    app.register_blueprint(rest.blueprint(db, service, clock))
    app.register_blueprint(open311.blueprint(db, service, clock))
    add_console(app, db, service, settings, clock)
    app.extensions["huying"] = Runtime(
        app, settings, db, service, inbox, courier, simulated, clock, cards, changers, programs
    )
    with db.read() as tx:
        service.roster(tx)  # begins to build the understander while the server comes up
    return app


def _mode(config: wechat.WechatConfig) -> Mode:
    return "safe" if config.aes_key and config.app_id else "plain"


def _has_account(settings: Settings) -> bool:
    """Whether there is an Official Account, real or simulated; WeCom alone is enough too."""
    has_token = bool(settings.wechat.token.get_secret_value())
    return settings.simulated or has_token or not settings.wecom.configured


def _pushable(settings: Settings) -> tuple[str, ...]:
    """Channels over which a person can be pushed to, the best first: cards have buttons."""
    has = {wecom.CHANNEL: settings.wecom.configured, wechat.CHANNEL: _has_account(settings)}
    return tuple(channel for channel, there in has.items() if there)


def _wecom(settings: Settings) -> wecom.WecomConfig:
    app = settings.wecom
    return wecom.WecomConfig(
        token=app.token.get_secret_value(),
        corp_id=app.corpid,
        agent_id=app.agentid,
        aes_key=app.aes_key.get_secret_value(),
        secret=app.secret.get_secret_value(),
        api_base=app.api_base,
    )


def _wechat(settings: Settings) -> wechat.WechatConfig:
    """The account's credentials; the simulator makes up a token when there is none."""
    account = settings.wechat
    token = account.token.get_secret_value()
    if not token and settings.simulated:
        token = secrets.token_hex(16)
    return wechat.WechatConfig(
        token=token,
        app_id=account.appid,
        secret=account.secret.get_secret_value(),
        aes_key=account.aes_key.get_secret_value(),
        api_base=account.api_base,
        only_encrypted=account.only_encrypted,
        template_id=account.template_id,
        template_api=account.template_api,
        template_fields=template_fields(account.template_fields),
    )


def _robot(settings: Settings) -> aibot.AibotConfig:
    token = settings.aibot.token.get_secret_value() or secrets.token_hex(16)
    made_up = base64.b64encode(secrets.token_bytes(32)).decode().rstrip("=")
    return aibot.AibotConfig(
        token=token,
        aes_key=settings.aibot.aes_key.get_secret_value() or made_up,
        robot_name=settings.aibot.name,
    )


def _senders(
    settings: Settings,
    db: Database,
    cards: Cards,
    simulated: phones.SimulatedPhones | None,
    clock: Callable[[], datetime],
) -> tuple[dict[str, Sender], dict[str, CardChanger]]:
    """Who sends over which channel, the best channel first; and who can change a sent card."""
    seconds: Callable[[], float] = lambda: clock().timestamp()  # noqa: E731
    tokens, times = StoredTokens(db), StoredTimes(db, clock)
    senders: dict[str, Sender] = {}
    changers: dict[str, CardChanger] = {}
    if settings.wecom.configured:
        app = WecomSender(_wecom(settings), tokens, cards, times, clock=seconds)
        senders[wecom.CHANNEL] = changers[wecom.CHANNEL] = app
    if simulated is not None:
        senders[wechat.CHANNEL] = SimulatedPhones(simulated.deliver)
    elif _has_account(settings):
        senders[wechat.CHANNEL] = OfficialAccountSender(_wechat(settings), tokens, clock=seconds)
    if key := settings.wecom.robot_key.get_secret_value():
        robot = group_robot.GroupRobotConfig(key, settings.wecom.api_base)
        senders[group_robot.CHANNEL] = group_robot.GroupRobotSender(robot, times, clock=seconds)
    return senders, changers


def _health(db: Database, service: Service) -> tuple[Response, int]:
    """What a message needs: the store, and somebody who understands it."""
    understands = service.prepared(0)
    store = "ok"
    try:
        with db.read() as tx:
            tx.scalar("SELECT 1")
    except StoreFailed as error:
        store = str(error)
    well = store == "ok" and understands
    words = {"store": store, "understanding": "ok" if understands else "not ready"}
    return jsonify(status="ok" if well else "failed", **words), 200 if well else 503


@click.group(help="呼应 Huying —— 居民有呼,社区有应。")
def main() -> None:
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")


def run() -> None:
    """The command line; what a user can mend is one clear sentence, not a traceback."""
    from cli import care, learning, serving, storage, tables, understanding

    for room in (serving, tables, care, storage, understanding, learning):
        room.register(main, create_app)
    try:
        main(standalone_mode=True)
    except (BadSettings, BadContent, SchemaIsNewer, StoreFailed) as fault:
        click.echo(f"错误：{fault}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    run()
