"""呼应 Huying: the application and its command line. `python bot.py --help` lists the commands."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask, abort, redirect, request
from werkzeug.test import Client

from api import open311, rest, upkeep
from api.webhook_push import WebhookSender
from channels import accounts, aibot, group_robot, wechat, wecom
from channels.door import Tally
from channels.simulated_media import SimulatedMedia
from channels.simulator import AibotClientSide, Mode, SimulatedPhones, WechatClientSide
from channels.vendor_api import VendorTime
from channels.wechat_push import OfficialAccountSender
from channels.wecom_push import WecomSender
from console import chat, phones
from console.pages import add_console
from data.contents import BadContent, load_content
from data.database import Database, StoreFailed
from data.migrations import SchemaIsNewer
from data.settings import BadSettings, Settings, load_settings
from desk import (
    agreements,
    ahead,
    bookings,
    cooperation,
    council_sweeps,
    fetching,
    listing_sweeps,
    logs,
    memory,
    motions,
    problems,
    projects,
    questions,
    reminders,
    retention,
    round_sweeps,
    sweeps,
    task_list,
    webhooks,
)
from desk.cards import CardChanger, Cards
from desk.fetching import Fetcher
from desk.imports import import_sample
from desk.message import Sender
from desk.outbox import Courier, work
from desk.pace import StoredTimes
from desk.service import Service
from desk.tokens import StoredTokens
from desk.vitals import Gatekeeper, Heart, StoreProbe, VendorClock
from handlers import dialog
from handlers.inbound import Inbound

SWEEP_SECONDS = 5.0
CARD_SECONDS = 1.0
# One of each: a simulated one's keys are made up anew every time.
Ours = tuple[wechat.WechatConfig, aibot.AibotConfig]
LISTS = (agreements, bookings, problems, projects, questions, task_list)  # what falls due there


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
    fetcher: Fetcher

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
        ahead.run(self.db, self.service, now)
        self.courier.recover()
        sweeps.call_duty_chain(self.db, self.service, now)
        sweeps.rehome(self.db, self.service, now)
        sweeps.close_silent(self.db, self.service, now)
        dialog.record_silent(self.db, self.service, now)
        reminders.remind(self.db, self.service, now)
        cooperation.remind(self.db, self.service, now)
        reminders.digest(self.db, self.service, now)
        for practice in (listing_sweeps, round_sweeps, motions, council_sweeps, *LISTS):
            practice.run(self.db, self.service, now)
        fetching.clear(self.db, self.service, now)
        retention.run(self.db, self.service, now)

    def start_threads(self, stop: threading.Event) -> list[threading.Thread]:
        """The couriers, the fetcher and the sweep, each in a thread of its own."""
        every = self.settings.outbox.poll_seconds
        # A few at a time: whoever waits for slow vendors must still be seen to live.
        jobs: list[tuple[str, Callable[[], object], float]] = [
            ("late", self.inbox.catch_up, every),
            ("webhooks", self.deliver_events, every),
            ("media", lambda: self.fetcher.fetch_due(5), every),
            ("sweep", self.sweep, SWEEP_SECONDS),
        ]
        # Where only one goes, there was no more, or there is a rush: either way there is time.
        send: Callable[[], object] = lambda: self.courier.deliver_due(20, stop.is_set) > 1  # noqa: E731
        jobs += [("courier", send, every)] * self.settings.outbox.couriers
        if self.card_changers:
            jobs.append(("cards", self.refresh_cards, CARD_SECONDS))
        heart = Heart(self.db, self.clock)
        threads = [
            threading.Thread(
                target=work, args=(heart.beating(name, job), stop, seconds), daemon=True, name=name
            )
            for name, job, seconds in jobs
        ]
        for thread in threads:
            thread.start()
        warm = threading.Thread(
            target=self.service.columns.warm, args=(self.db,), daemon=True, name="columns"
        )
        warm.start()
        return threads


def create_app(settings: Settings | None = None, clock: Callable[[], datetime] = utc_now) -> Flask:
    """The web application; `app.extensions["huying"]` is its Runtime. Starts no thread."""
    memory.give_back()
    settings = settings or load_settings()
    content = load_content(settings.content_dir)
    db = Database.of(settings)
    import_sample(db, settings.content_dir / "community", clock())
    service = Service(content, settings, accounts.pushable(settings))
    cards = Cards(db, service, clock)
    inbox = Inbound(db, service, clock)

    app = Flask("huying", static_folder=None)
    commits = StoreProbe(db, clock)
    app.register_blueprint(upkeep.blueprint(db, service, settings, clock, commits))
    app.before_request(_readable)  # after the request has got its name
    ours = accounts.official_account(settings), accounts.robot(settings)
    _open_callbacks(app, ours, db, service, inbox, cards, clock)
    simulated = _simulator(app, ours, db, service, clock) if settings.simulated else None
    app.register_blueprint(rest.blueprint(db, service, clock))
    app.register_blueprint(open311.blueprint(db, service, clock))
    add_console(app, db, service, settings, clock)
    app.extensions["huying"] = _runtime(app, db, service, inbox, cards, simulated, clock)
    with db.read() as tx:
        service.roster(tx)  # begins to build the understander while the server comes up
    return app


def _open_callbacks(
    app: Flask,
    ours: Ours,
    db: Database,
    service: Service,
    inbox: Inbound,
    cards: Cards,
    clock: Callable[[], datetime],
) -> None:
    """The addresses that platforms call."""
    settings, (account, robot) = service.settings, ours
    gate, tally = Gatekeeper(db, clock), Tally(service.metrics.callback)
    seconds: Callable[[], float] = lambda: clock().timestamp()  # noqa: E731
    if accounts.has_account(settings):
        app.register_blueprint(
            wechat.blueprint(account, inbox, tally=tally, gate=gate, clock=seconds)
        )
    if settings.wecom.configured:
        corporation = accounts.wecom_app(settings)
        app.register_blueprint(
            wecom.blueprint(corporation, inbox, cards, tally=tally, gate=gate, clock=seconds)
        )
    app.register_blueprint(aibot.blueprint(robot, inbox, tally=tally, gate=gate, clock=seconds))


def _simulator(
    app: Flask, ours: Ours, db: Database, service: Service, clock: Callable[[], datetime]
) -> phones.SimulatedPhones:
    """Phones on a page, which speak to our callbacks as the platforms do."""
    account, robot = ours
    seconds: Callable[[], float] = lambda: clock().timestamp()  # noqa: E731
    simulated = phones.SimulatedPhones(
        db,
        service,
        WechatClientSide(account, mode=_mode(account), clock=seconds),
        AibotClientSide(robot, clock=seconds),
        lambda: Client(app),
        clock,
        SimulatedMedia(service.settings.phone_photos),
    )
    app.register_blueprint(chat.blueprint(simulated))
    app.add_url_rule("/", "home", lambda: redirect("/chat"))
    return simulated


def _runtime(
    app: Flask,
    db: Database,
    service: Service,
    inbox: Inbound,
    cards: Cards,
    simulated: phones.SimulatedPhones | None,
    clock: Callable[[], datetime],
) -> Runtime:
    """Whatever goes out, and the application around it."""
    settings, told = service.settings, service.metrics.push
    heard = VendorClock(db, clock).heard
    senders, changers = _senders(settings, db, cards, simulated, clock, heard)
    people = tuple(senders)
    private = settings.api.private_webhooks
    senders[webhooks.CHANNEL] = WebhookSender(db, private=private, clock=clock)
    sources = accounts.sources(settings, StoredTokens(db), clock, heard)
    return Runtime(
        app=app,
        settings=settings,
        db=db,
        service=service,
        inbox=inbox,
        courier=Courier(db, senders, settings, clock, people, told, inbox.pressed),
        phones=simulated,
        clock=clock,
        cards=cards,
        card_changers=changers,
        webhook_courier=Courier(db, senders, settings, clock, (webhooks.CHANNEL,), told),
        fetcher=Fetcher(db, service, sources, clock),
    )


def _readable() -> None:
    """400 for an address in no encoding: reading its arguments would be our failure."""
    try:
        request.query_string.decode()
    except UnicodeDecodeError:
        abort(400)


def _mode(config: wechat.WechatConfig) -> Mode:
    return "safe" if config.aes_key and config.app_id else "plain"


def _senders(
    settings: Settings,
    db: Database,
    cards: Cards,
    simulated: phones.SimulatedPhones | None,
    clock: Callable[[], datetime],
    heard: VendorTime,
) -> tuple[dict[str, Sender], dict[str, CardChanger]]:
    """Who sends over which channel, the best channel first; and who can change a sent card."""
    seconds: Callable[[], float] = lambda: clock().timestamp()  # noqa: E731
    tokens, times = StoredTokens(db), StoredTimes(db, clock)
    senders: dict[str, Sender] = {}
    changers: dict[str, CardChanger] = {}
    if settings.wecom.configured:
        corporation = accounts.wecom_app(settings)
        app = WecomSender(corporation, tokens, cards, times, clock=seconds, heard=heard)
        senders[wecom.CHANNEL] = changers[wecom.CHANNEL] = app
    if simulated is not None:
        senders[wechat.CHANNEL] = SimulatedPhones(simulated.deliver)
    elif accounts.has_account(settings):
        account = accounts.official_account(settings)
        senders[wechat.CHANNEL] = OfficialAccountSender(account, tokens, clock=seconds, heard=heard)
    if key := settings.wecom.robot_key.get_secret_value():
        robot = group_robot.GroupRobotConfig(key, settings.wecom.api_base)
        senders[group_robot.CHANNEL] = group_robot.GroupRobotSender(
            robot, times, clock=seconds, heard=heard
        )
    return senders, changers


@click.group(help="呼应 Huying —— 居民有呼,社区有应。")
def main() -> None:
    logs.set_up("text")


def run() -> None:
    """The command line; what a user can mend is one clear sentence, not a traceback."""
    from cli import (
        care,
        learning,
        practices,
        printing,
        serving,
        storage,
        tables,
        understanding,
    )

    rooms = (serving, tables, printing, care, storage, understanding, learning, practices)
    for room in rooms:
        room.register(main, create_app)
    try:
        main(standalone_mode=True)
    except (BadSettings, BadContent, SchemaIsNewer, StoreFailed) as fault:
        click.echo(f"错误：{fault}", err=True)
        sys.exit(2)


if __name__ == "__main__":
    sys.path.insert(0, str(Path(__file__).resolve().parent))
    run()
