"""The peer: what many would write with WeRoBot, keywords in a dictionary and one row a message.

Runs under the interpreter that has werobot, without anything of this project:
`BENCH_DB=… python -m waitress peer_werobot:app` or gunicorn. Its database keeps what it has
acknowledged as safely as ours does (WAL, synchronous=FULL), and WeRoBot's sessions are off.
"""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from typing import Any

from werobot import WeRoBot

REPLIES = {
    "灯": "楼道灯、路灯的问题请联系物业。",
    "水": "停水、漏水请联系供水公司。",
    "电": "停电请联系供电公司。",
    "气": "闻到煤气味请马上离开并打119。",
    "暖": "暖气不热请联系热力公司。",
    "车": "停车、挪车请联系物业。",
    "垃圾": "垃圾清运请联系物业。",
    "邻居": "邻里纠纷请联系调解室。",
    "遗嘱": "法律问题请联系司法所。",
    "老人": "为老服务请联系社区。",
}
UNKNOWN = "已收到,请耐心等待。"

robot = WeRoBot(
    token=os.environ["BENCH_TOKEN"],
    app_id=os.environ["BENCH_APPID"],
    encoding_aes_key=os.environ["BENCH_AES_KEY"],
    SESSION_STORAGE=False,
)
_local = threading.local()


def _connection() -> sqlite3.Connection:
    if not hasattr(_local, "db"):
        _local.db = sqlite3.connect(os.environ["BENCH_DB"], timeout=10)
        _local.db.execute("PRAGMA journal_mode=WAL")
        _local.db.execute("PRAGMA synchronous=FULL")
    db: sqlite3.Connection = _local.db
    return db


with sqlite3.connect(os.environ["BENCH_DB"], timeout=10) as _db:
    _db.execute("CREATE TABLE IF NOT EXISTS messages (id INTEGER, sender TEXT, text TEXT, at REAL)")


@robot.text  # type: ignore[untyped-decorator]
def answer(message: Any) -> str:
    db = _connection()
    with db:
        db.execute(
            "INSERT INTO messages VALUES (?, ?, ?, ?)",
            (message.message_id, message.source, message.content, time.time()),
        )
    return next((reply for word, reply in REPLIES.items() if word in message.content), UNKNOWN)


app = robot.wsgi
