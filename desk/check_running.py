"""What a running deployment suffers from: pushes, photos, callbacks, clock, threads, channels."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from data.contents import Content
from data.database import Tx
from data.settings import Settings
from data.tables import issues, media, messages, outbox, vitals
from desk import once
from desk.album import Album
from desk.roster import Roster
from desk.rules.deadlines import LOCAL

Found = tuple[int, Mapping[str, object]]

STUCK = timedelta(minutes=5)
AES_KEY_LENGTH = 43
LATELY = timedelta(days=2)
# What vendors' errcodes say about the set-up: the finding, whichever the channel.
SET_UP = {
    60020: 34, 40164: 35, 48001: 36, 45009: 37,
    40001: 38, 40013: 38, 40014: 38, 40056: 38, 40125: 38, 42001: 38, 301002: 38,
    40037: 41, 43107: 41, 47003: 41, 93000: 42,
}  # fmt: skip
NOT_IN_RANGE = frozenset({40003, 40031, 60111, 81013, 82001})
# Why no vendor was reached (channels/vendor_api.py), and what refused callbacks say (envelope.py).
UNREACHED = {"certificate": 51, "name": 52, "refused": 53}
REFUSED = {"signature": 45, "decrypt": 46, "receiver": 47, "stale": 48, "no_key": 49, "plain": 50}
CLOCK_OFF = 60.0  # seconds
SILENT = timedelta(minutes=5)  # after which a thread that beats every half minute is not there
_ERRCODE = re.compile(r"errcode (-?\d+)")
_UNREACHED = re.compile(r"no connection \((\w+)\)")


def findings(
    tx: Tx, content: Content, settings: Settings, picture: Roster, now: datetime
) -> Iterator[Found]:
    """Everything that a running deployment shows, in no order."""
    yield from _deliveries(tx, picture, now)
    yield from _refusals(tx, content, picture, now)
    yield from _photos(tx, settings)
    yield from _clock(tx, content, now)
    yield from _threads(tx, content, now)
    yield from _callbacks(tx, content, now)
    yield from _channels(settings)


def _deliveries(tx: Tx, picture: Roster, now: datetime) -> Iterator[Found]:
    for push in outbox.troubled(tx):
        words = {"push": push.id, "person": picture.name_of(push.person) or push.person}
        yield (27 if push.in_doubt else 26), {**words, "cause": push.cause}
    oldest = outbox.oldest_due(tx, now)
    if oldest is not None and now - oldest > STUCK:
        yield 28, {"minutes": int((now - oldest).total_seconds() // 60)}


def _refusals(tx: Tx, content: Content, picture: Roster, now: datetime) -> Iterator[Found]:
    """Why channels refused things lately, each cause once, even where another channel helped."""
    told: set[tuple[int, str]] = set()
    held: dict[str, int] = defaultdict(int)
    causes = [(file.channel, file.cause, file.person) for file in media.failing(tx, now - LATELY)]
    for push in outbox.failures(tx, now - LATELY):
        if push.status == "held" and push.person in picture.staff:
            held[push.person] += 1
        tried = (*push.tried, (push.channel, push.cause))
        causes += [(channel, cause, push.person) for channel, cause in tried]
    for channel, cause, person in causes:
        code, about = _meaning(channel, cause), _channel_name(content, channel)
        if code == 39:
            about = picture.name_of(person) or person
        if code and (code, about) not in told:
            told.add((code, about))
            yield code, {"channel": about, "person": about, "cause": cause}
    for person, count in held.items():
        yield 40, {"person": picture.name_of(person), "count": count}


def _meaning(channel: str, cause: str) -> int:
    """The finding that a failure stands for, 0 where it says nothing about the set-up."""
    if unreached := _UNREACHED.match(cause):
        return 0 if channel == "webhook" else UNREACHED.get(unreached[1], 0)
    found = _ERRCODE.match(cause)
    errcode = int(found[1]) if found else 0
    if channel == "wecom" and errcode in NOT_IN_RANGE:
        return 39
    code = SET_UP.get(errcode, 0)
    # So many a minute, which the courier simply waits for.
    return 0 if code == 37 and channel == "group_robot" else code


def _channel_name(content: Content, channel: str) -> str:
    return content.replies.get(f"channel.{channel}", channel)


def _photos(tx: Tx, settings: Settings) -> Iterator[Found]:
    for file in media.troubled(tx):
        issue = issues.by_id(tx, file.issue or 0)
        number = issue.number if issue else ""
        yield 57, {"file": file.id, "number": number, "cause": file.cause}
    album = Album(settings.photos)
    if missing := sum(not album.has(sha) for sha in media.kept(tx)):
        yield 58, {"count": missing, "folder": settings.photos}


def _clock(tx: Tx, content: Content, now: datetime) -> Iterator[Found]:
    known = vitals.skew(tx)
    if known is not None and abs(known[0]) > CLOCK_OFF and now - known[1] < LATELY:
        which = content.replies["clock.fast" if known[0] > 0 else "clock.slow"]
        yield 43, {"seconds": int(abs(known[0])), "which": which}
    held = [once.held_until(tx, "retention", now), once.held_until(tx, "media", now)]
    if until := max(filter(None, held), default=None):
        yield 67, {"until": f"{until.astimezone(LOCAL):%m-%d %H:%M}"}


def _threads(tx: Tx, content: Content, now: datetime) -> Iterator[Found]:
    """Work that waits, and no sign of life from the thread that would do it."""
    waiting = {
        "courier": outbox.queued(tx),
        "late": messages.waiting(tx),
        "sweep": sum(group.count for group in issues.open_by_category(tx)),
        "media": media.waiting(tx),
    }
    for job, count in waiting.items():
        beat = vitals.last_beat(tx, job)
        if count == 0 or (beat is not None and now - beat < SILENT):
            continue
        since = content.replies["job.never"]
        if beat is not None:
            minutes = int((now - beat).total_seconds() // 60)
            since = content.replies["job.idle"].format(minutes=minutes)
        yield 44, {"job": content.replies[f"job.{job}"], "since": since, "count": count}


def _callbacks(tx: Tx, content: Content, now: datetime) -> Iterator[Found]:
    for refused in vitals.refusals(tx, now - timedelta(days=1)):
        if code := REFUSED.get(refused.reason):
            prefix = f"HUYING_{refused.channel.upper()}"
            name = _channel_name(content, refused.channel)
            yield code, {"channel": name, "count": refused.count, "prefix": prefix}


def _channels(settings: Settings) -> Iterator[Found]:
    wecom = settings.wecom
    has_account = bool(settings.wechat.token.get_secret_value())
    if not has_account and not settings.simulated and not wecom.configured:
        yield 29, {}
    for name, key in (
        ("WECHAT", settings.wechat.aes_key),
        ("WECOM", wecom.aes_key),
        ("AIBOT", settings.aibot.aes_key),
    ):
        length = len(key.get_secret_value())
        if length not in (0, AES_KEY_LENGTH):
            yield 30, {"name": name, "length": length}
    if settings.wechat.aes_key.get_secret_value() and not settings.wechat.appid:
        yield 31, {}
    if settings.simulated and (settings.wechat.secret.get_secret_value() or wecom.configured):
        yield 32, {}
    if settings.wechat.secret.get_secret_value() and not settings.wechat.only_encrypted:
        yield 66, {}
    if missing := wecom.missing():
        yield 33, {"missing": "、".join(f"HUYING_WECOM_{name.upper()}" for name in missing)}
