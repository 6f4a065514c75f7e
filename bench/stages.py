"""Where the time of one message goes, stage by stage, in one process without a server."""

from __future__ import annotations

import inspect
import tempfile
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from typing import Any

from pydantic import SecretStr
from werkzeug.test import Client

from bench.load import CONFIG, sentences
from bot import create_app
from channels import wechat
from channels.envelope import Envelope
from channels.simulator import WechatClientSide
from data.database import Database, Tx
from data.settings import Settings, Wechat
from handlers.inbound import Inbound
from nlp import Understander
from nlp.classify import Classifier
from nlp.intent import IntentRules
from nlp.place import PlaceFinder
from nlp.tokens import Tokens

# Each stage by whatever is called from outside; calls of a stage within itself count once.
STAGES: tuple[tuple[object, str, tuple[str, ...]], ...] = (
    (wechat, "parse", ("read_document", "read_message")),
    (Envelope, "decrypt", ("open",)),
    (Envelope, "encrypt", ("seal",)),
    (Inbound, "statements and rules", ("_handle",)),
    (Understander, "understand", ("understand",)),
    (PlaceFinder, "understand: place", ("find",)),
    (IntentRules, "understand: intent", ("of",)),
    (Classifier, "understand: classify", ()),
    (Tokens, "understand: jieba", ("words",)),
)
BEGIN, COMMIT, WHOLE, OTHER = "begin", "commit", "whole request", "flask and the rest"
OUTER = ("parse", "decrypt", "encrypt", "statements and rules", "understand", BEGIN, COMMIT)


class Stopwatch:
    """Adds up, message by message, the time spent in each stage."""

    def __init__(self) -> None:
        self._now: dict[str, float] = defaultdict(float)
        self._inside: set[str] = set()
        self.messages: list[dict[str, float]] = []

    def timed(self, name: str, job: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if name in self._inside:
                return job(*args, **kwargs)
            self._inside.add(name)
            start = time.perf_counter()
            try:
                return job(*args, **kwargs)
            finally:
                self._now[name] += time.perf_counter() - start
                self._inside.discard(name)

        return wrapper

    def write(self, original: Callable[[Database], Any]) -> Callable[[Database], Any]:
        """Database.write with its begin and its commit (the disk) taken apart."""

        @contextmanager
        def wrapper(database: Database) -> Iterator[Tx]:
            start = time.perf_counter()
            with original(database) as tx:
                self._now[BEGIN] += time.perf_counter() - start
                yield tx
                end = time.perf_counter()
            self._now[COMMIT] += time.perf_counter() - end

        return wrapper

    def next(self) -> None:
        self.messages.append(dict(self._now))
        self._now.clear()


def methods(owner: object) -> list[str]:
    """The public methods of a class, without those that build it."""
    return [
        name
        for name, member in vars(owner).items()
        if inspect.isfunction(member) and not name.startswith("_") and name != "with_example"
    ]


def measure(messages: int = 600, warm: int = 100) -> dict[str, float]:
    """The median milliseconds of each stage."""
    watch = Stopwatch()
    for owner, stage, names in STAGES:
        for name in names or methods(owner):
            setattr(owner, name, watch.timed(stage, getattr(owner, name)))
    Database.write = watch.write(Database.write)  # type: ignore[method-assign,assignment]
    with tempfile.TemporaryDirectory() as folder:
        account = Wechat(
            token=SecretStr(CONFIG.token),
            appid=CONFIG.app_id,
            secret=SecretStr(CONFIG.secret),
            aes_key=SecretStr(CONFIG.aes_key),
        )
        app = create_app(Settings(data_dir=Path(folder), simulator="off", wechat=account))
        client, phone = Client(app), WechatClientSide(CONFIG, mode="safe")
        post = watch.timed(WHOLE, client.post)
        for number, text in zip(range(messages + warm), sentences(), strict=False):
            sent = phone.request("text", f"resident-{number}", text)
            post(sent.path, query_string=sent.query, data=sent.body, headers=sent.headers)
            watch.next()
    kept = watch.messages[warm:]
    for message in kept:
        message[OTHER] = message[WHOLE] - sum(message.get(stage, 0.0) for stage in OUTER)
    order = dict.fromkeys([*(stage for _, stage, _ in STAGES), BEGIN, COMMIT, OTHER, WHOLE])
    return {name: median(m.get(name, 0.0) for m in kept) * 1000 for name in order}
