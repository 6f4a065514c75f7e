"""Full-text search over issues: what goes into the index, always masked first."""

from __future__ import annotations

from data.database import Database
from data.rows import Event, Issue
from data.tables import issues as table
from data.tables import search
from desk.hidden import reporter_name, without_person
from desk.service import Act

PAGE = 500
UNSAID = ("disclose", "alarm")  # notes that are not about the matter itself


def take_in(act: Act, issue: Issue, event: Event) -> None:
    """What an event says can be found from now on."""
    if event.action != "record" and (not event.note or event.action in UNSAID):
        return
    name = reporter_name(act.tx, issue)
    words = _first(issue) if event.action == "record" else event.note
    search.put(act.tx, issue.id, without_person(issue, words, name))


def _first(issue: Issue) -> str:
    """What is known of an issue when it is recorded."""
    place = f"{issue.estate or ''}{issue.building or ''}"
    return " ; ".join((issue.number, place, issue.text))


def rebuild(db: Database) -> int:
    """Write the index anew from the issues and their logs; returns how many issues it holds."""
    after = done = 0
    while True:
        with db.write() as tx:
            page = table.after(tx, after, PAGE)
            for issue in page:
                name = reporter_name(tx, issue)
                notes = [e.note for e in table.events(tx, issue.id) if e.action not in UNSAID]
                words = "\n".join((_first(issue), *notes))
                search.forget(tx, issue.id)
                search.put(tx, issue.id, without_person(issue, words, name))
        if not page:
            return done
        after = page[-1].id
        done += len(page)
