"""我的数据: everything that is held about one person, as he reads it and as a program would."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from data.rows import Person, as_json
from data.tables import entries, journal, members, messages, outbox, people, persons, reporters
from data.tables import issues as table
from data.tables import media as media_table
from desk import journal as log
from desk import notices, wording
from desk.rules.deadlines import LOCAL
from desk.service import Act

PART = 500  # characters of one push: 1500 bytes, of the 2048 that WeChat takes
_SHOWN = frozenset(
    ("accounts", "issues", "reporters", "media", "entries", "claims", "members", "logins")
)
KIND = "privacy"  # of the journal's subject, which is the person


def everything(act: Act, person: Person) -> dict[str, Any]:
    """What the tables hold about a person, by kind; vendors' ids of accounts included."""
    tx = act.tx
    member = members.of_person(tx, person.id)
    joined = reporters.issues_joined(tx, person.id, limit=1000)
    return {
        "person": asdict(person),
        "accounts": [asdict(account) for account in people.accounts_of(tx, person.id)],
        "issues": [asdict(issue) for issue in table.all_of_reporter(tx, person.id)],
        "joined": [
            {"number": issue.number, "text": reporters.text_of(tx, issue.id, person.id)}
            for issue in joined
        ],
        "messages": [asdict(message) for message in messages.of_person(tx, person.id)],
        "media": [asdict(file) for file in media_table.of_person(tx, person.id)],
        "pushes": [asdict(push) for push in outbox.of_person(tx, person.id)],
        "entries": [asdict(entry) for entry in entries.of_person(tx, person.id, limit=1000)],
        "claims": [asdict(claim) for claim in entries.claims_by(tx, person.id)],
        "member": asdict(member) if member else None,
        "others": {
            f"{name}.{column}": rows
            for name, column, _ in persons.NAMING
            if name not in _SHOWN and (rows := persons.rows_of(tx, name, column, person.id))
        },
        "acts": [asdict(line) for line in journal.of_actor(tx, person.id)],
    }


def as_text(value: object) -> str:
    """The same as JSON; times as UTC."""
    return as_json(_plain(value))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(each) for name, each in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(each) for each in value]
    return value if isinstance(value, str | int | float | bool | None) else str(value)


def told(act: Act, person: Person) -> str:
    """The same in words: what a resident asks for, without the columns that are about ourselves."""
    found = everything(act, person)
    home = "".join(filter(None, (person.estate, person.building, person.unit, person.room)))
    none = act.say("privacy.none")
    lines = [
        act.say("privacy.person", name=person.name or none, phone=person.phone or none,
                home=home or none, accounts=len(found["accounts"])),
    ]  # fmt: skip
    for issue in table.all_of_reporter(act.tx, person.id):
        lines.append(
            act.say(
                "privacy.issue",
                number=issue.number,
                category=act.service.category(issue.category).name,
                status=wording.status(issue, act),
                place=wording.place(issue, act, public=False) or none,
                text=issue.text,
            )
        )
    lines += [act.say("privacy.joined", **each) for each in found["joined"]]
    for message in messages.of_person(act.tx, person.id):
        at = f"{message.received_at.astimezone(LOCAL):%m-%d %H:%M}"
        lines.append(act.say("privacy.message", at=at, text=message.text))
    for entry in found["entries"]:
        lines.append(act.say("privacy.entry", title=entry["title"], text=entry["text"]))
    if member := found["member"]:
        skills = "、".join(member["skills"])
        lines.append(act.say("privacy.member", unit=member["unit"], skills=skills))
    counts = {name: len(found[name]) for name in ("media", "pushes", "claims", "acts")}
    counts["others"] = sum(map(len, found["others"].values()))
    lines.append(act.say("privacy.counts", **counts))
    return "\n".join(lines)


def send(act: Act) -> int:
    """Send it to the person himself, 1:1, in parts; returns how many. That it was asked is logged.

    What has been sent goes with the retention of pushes, like everything that was ever pushed.
    """
    text = told(act, act.person)
    line = log.append(act, KIND, act.person.id, "export")
    parts = [text[start : start + PART] for start in range(0, len(text), PART)]
    for number, part in enumerate(parts, 1):
        words = act.say("privacy.part", number=number, count=len(parts), text=part)
        key = f"{KIND}:{act.person.id}:{line.seq}:{number}"
        notices.push(act, None, act.person.id, words, key, urgent=True)
    return len(parts)
