"""The journal: the log of everything that is not an issue, a chain for each subject.

Points, statistics and "who did what" are counted from here and from the issues' events, from
nothing else: a row of a table may be changed, a line of the journal is for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime

from data.database import Tx
from data.practice_rows import Line
from data.tables import journal
from desk import notices
from desk.chain import digest
from desk.service import Act


def append(
    act: Act,
    kind: str,
    subject: str,
    action: str,
    note: str = "",
    data: Mapping[str, object] | None = None,
    status: str = "",
) -> Line:
    """Write down what just happened to a subject; `status` is the one after the action."""
    said = (action, note, data or {}, status)
    return write(act.tx, act.now, act.person.id, (kind, subject), *said)


def write(
    tx: Tx,
    at: datetime,
    actor: str,
    subject: tuple[str, str],
    action: str,
    note: str = "",
    data: Mapping[str, object] | None = None,
    status: str = "",
) -> Line:
    """The same where nobody is acting yet: an import. `subject` is its kind and its name."""
    last = journal.last(tx, *subject)
    line = Line(
        kind=subject[0],
        subject=subject[1],
        seq=last.seq + 1 if last else 1,
        at=at,
        actor=actor,
        action=action,
        status=status,
        note=note,
        data=data or {},
        prev=last.hash if last else "",
        hash="",
    )
    line = replace(line, hash=digest(line))
    journal.add(tx, line)
    return line


def tell(
    act: Act, line: Line, person: str | None, text: str, *, urgent: bool = False, mark: str = ""
) -> None:
    """Tell one person of one line, once (`mark`: once more); nobody of what he did himself."""
    if person is None or person == act.person.id:
        return
    key = f"{line.kind}:{line.subject}:{line.seq}:{person}:{mark}"
    notices.push(act, None, person, text, key, urgent=urgent)


def tell_each(act: Act, line: Line, people: Iterable[str | None], text: str) -> None:
    """The same to several people, once each, as far as they have an account."""
    for person in dict.fromkeys(people):
        if person and notices.can_reach(act, person):
            tell(act, line, person, text)


def lines(act: Act, kind: str, subject: str) -> list[Line]:
    """Everything that was written down about a subject, in order."""
    return journal.of_subject(act.tx, kind, subject)
