"""What a message brought along, and which issue it belongs to.

A photo may come before the words, after them or beside them. It is noted with its message, fetched
by a thread (desk/fetching.py), and belongs to an issue as soon as there is one to belong to.
"""

from __future__ import annotations

from datetime import timedelta

from data.rows import Issue, MediaKind, StoredMedia
from data.tables import media as table
from desk import events
from desk.message import Message
from desk.service import Act

LOOSE = timedelta(hours=1)  # a photo sent this long before the words still belongs to them
_KINDS: dict[str, MediaKind] = {"voice": "voice", "video": "video"}


def note(act: Act, message: Message) -> None:
    """Write down that a message brought a file along. Voices and films are only noted."""
    if message.media is None:
        return
    kind = _KINDS.get(message.kind, "image")
    table.add(
        act.tx,
        message=message.key,
        person=act.person.id,
        channel=message.channel,
        reference=message.media.id,
        kind=kind,
        status="waiting" if kind == "image" else "noted",
        at=act.now,
    )


def attach(act: Act, issue: Issue, message: str) -> None:
    """What this message brought along belongs to that issue."""
    _attach(act, issue, table.of_message(act.tx, message))


def adopt(act: Act, issue: Issue, person: str) -> None:
    """What somebody sent shortly before belongs to the issue that the words are about."""
    _attach(act, issue, table.loose(act.tx, person, act.now - LOOSE))


def _attach(act: Act, issue: Issue, files: list[StoredMedia]) -> None:
    for file in files:
        if table.attach(act.tx, file.id, issue.id):
            events.append(act, issue, "media", data={"media": file.reference, "kind": file.kind})


def count(act: Act, issue: Issue) -> tuple[int, int]:
    """How many photos of an issue are here, and how many are still to come."""
    files = [file for file in table.of_issue(act.tx, issue.id) if file.kind == "image"]
    statuses = [file.status for file in files]
    return statuses.count("kept"), statuses.count("waiting")
