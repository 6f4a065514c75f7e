"""民意收集台: what somebody says without his name. He gets a receipt; nobody can tell who he is.

No person and no hour is written down: the opinion knows its day, the journal is signed by nobody
at midnight, and of the message that brought it only its key is kept, so that a retry is known.
"""

from __future__ import annotations

import secrets
from dataclasses import replace
from datetime import datetime

from data.council_rows import Opinion
from data.tables import issues, people
from data.tables import opinions as table
from desk import access, journal, listing, topics
from desk.rules.deadlines import LOCAL
from desk.rules.lifecycle import Forbidden
from desk.service import Act, nobody
from nlp.text import mask_ids

KIND = "opinion"
NOBODY = "anonymous"
LETTERS = "ACDEFGHJKMNPQRTUVWXY3479"  # none that is mistaken for another
LENGTH = 8
_ALIKE = str.maketrans("OIL", "QJJ")


def number(act: Act, opinion: Opinion) -> str:
    """意-3."""
    return f"{act.say('number.opinion')}-{opinion.number}"


def give(act: Act, text: str, estate: str | None) -> Opinion:
    """匿名: kept without whoever says it; those who review hear of it in the morning's list."""
    local = act.now.astimezone(LOCAL)
    opinion = Opinion(
        id=0,
        number=issues.next_number(act.tx, KIND),
        receipt="".join(secrets.choice(LETTERS) for _ in range(LENGTH)),
        day=f"{local:%Y-%m-%d}",
        status="received",
        text=listing.masked(mask_ids(text)),
        estate=estate,
        reply="",
        topic=None,
    )
    opinion = replace(opinion, id=table.add(act.tx, opinion))
    midnight = datetime.combine(local.date(), datetime.min.time(), LOCAL)
    journal.write(act.tx, midnight, NOBODY, (KIND, str(opinion.number)), "give")
    return opinion


def forget(act: Act, key: str) -> None:
    """Of the message that carried an opinion or a receipt, keep only that it came."""
    if people.by_id(act.tx, NOBODY) is None:
        people.put(act.tx, nobody(NOBODY, act.now))
    table.forget_sender(act.tx, key, NOBODY)


def read_receipt(text: str) -> str | None:
    """A receipt as it was copied by hand; None for what is none."""
    said = "".join(text.split()).upper().translate(_ALIKE)
    return said if len(said) == LENGTH and said.isascii() and said.isalnum() else None


def find(act: Act, receipt: str) -> Opinion | None:
    return table.by_receipt(act.tx, receipt)


def answer(act: Act, opinion: Opinion, reply: str) -> Opinion:
    """答复: read by whoever has the receipt."""
    _reviewer(act)
    if not reply.strip():
        raise Forbidden("note")
    changed = replace(opinion, status="answered", reply=reply)
    table.save(act.tx, changed)
    journal.append(act, KIND, str(opinion.number), "answer", reply)
    return changed


def take_up(act: Act, opinion: Opinion) -> Opinion:
    """立题: it is talked over; the topic is the reviewer's own, since nobody else stands for it."""
    _reviewer(act)
    if opinion.topic is not None:
        raise Forbidden("status")
    estates = (opinion.estate,) if opinion.estate else ()
    said = topics.Proposal(opinion.text, estates=estates)
    topic = topics.adopt(act, topics.propose(act, said))
    reply = act.say("opinion.taken_up", number=topics.number(act, topic))
    changed = replace(opinion, status="answered", reply=reply, topic=topic.id)
    table.save(act.tx, changed)
    journal.append(act, KIND, str(opinion.number), "take_up", data={"topic": topic.number})
    return changed


def _reviewer(act: Act) -> None:
    if not access.may(act, "secretary"):
        raise Forbidden("person")
