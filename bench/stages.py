"""Where the time of one message goes, stage by stage, in one process without a server."""

from __future__ import annotations

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

# Stages by name; one inside another is indented in the report.
STAGES = (
    (wechat, "read_document", "parse"),
    (wechat, "read_message", "parse"),
    (Envelope, "open", "decrypt"),
    (Envelope, "seal", "encrypt"),
    (Inbound, "_handle", "statements and rules"),
    (Understander, "understand", "understand"),
    (PlaceFinder, "find", "understand: place"),
    (IntentRules, "of", "understand: intent"),
    (Classifier, "scores", "understand: classify"),
    (Classifier, "evidence", "understand: evidence"),
    (Tokens, "words", "understand: jieba"),
)
BEGIN, COMMIT, WHOLE, OTHER = "begin", "commit", "whole request", "flask and the rest"
OUTER = ("parse", "decrypt", "encrypt", "statements and rules", "understand", BEGIN, COMMIT)


class Stopwatch:
    """Adds up, message by message, the time spent in each stage."""

    def __init__(self) -> None:
        self._now: dict[str, float] = defaultdict(float)
        self.messages: list[dict[str, float]] = []

    def timed(self, name: str, job: Callable[..., Any]) -> Callable[..., Any]:
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            start = time.perf_counter()
            try:
                return job(*args, **kwargs)
            finally:
                self._now[name] += time.perf_counter() - start

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


def measure(messages: int = 600, warm: int = 100) -> dict[str, float]:
    """The median milliseconds of each stage."""
    watch = Stopwatch()
    for owner, name, stage in STAGES:
        if hasattr(owner, name):
            setattr(owner, name, watch.timed(stage, getattr(owner, name)))
    Database.write = watch.write(Database.write)  # type: ignore[method-assign,assignment,arg-type]
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
    names = dict.fromkeys([*(stage for _, _, stage in STAGES), BEGIN, COMMIT, OTHER, WHOLE])
    return {name: median(m.get(name, 0.0) for m in kept) * 1000 for name in names}
