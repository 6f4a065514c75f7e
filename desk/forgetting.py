"""Making issues and people anonymous, so that the log still proves what was done.

What statistics count stays: category, level, nature, building, dates, steps, rating. What leads to
a person goes: words, room, account, photos, pushes, who said what. See docs/security.md.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

from data.practice_rows import Entry
from data.rows import Issue, Person
from data.tables import entries, journal, people, persons, reporters, search
from data.tables import forgetting as table
from data.tables import issues as issue_table
from desk import events, hidden
from desk import journal as log
from desk.chain import REDACTION, digest, without
from desk.service import SYSTEM, Act, nobody

STAND_IN = "anonymous"  # who reported what nobody reported any more
ENTRIES = ("wish", "demand", "resource", "post", "area", "donation", "supply")


def anonymise(act: Act, issue: Issue, why: str) -> Issue:
    """Nothing in an issue leads to a person any more; that this was done is its last line."""
    act = _by_system(act)
    concerned = {issue.reporter, *reporters.of_issue(act.tx, issue.id)} - set(act.roster.staff)
    lesson = hidden.masked(act, issue, issue.text)
    lines = []
    for event in issue_table.events(act.tx, issue.id):
        left = without(event, concerned, STAND_IN)
        if left != event and event.action != REDACTION:
            issue_table.redact(act.tx, left)
            lines.append([event.seq, digest(left)])
    changed = replace(
        issue,
        text=act.say("privacy.gone"),
        unit=None,
        room=None,
        reporter=STAND_IN,
        chat="",
        message="",
        evidence=(),
        result=act.say("privacy.gone") if issue.result else "",
        anonymous_at=act.now,
    )
    issue_table.save(act.tx, changed)
    table.strip_issue(act.tx, issue.id, lesson)
    search.forget(act.tx, issue.id)
    data = {"why": why, "lines": lines, "reporters": len(concerned)}
    events.append(act, changed, REDACTION, data=data)
    listed = entries.of_issue(act.tx, issue.id)
    if listed is not None:
        _strip_entry(act, listed, concerned)
    return changed


def _by_system(act: Act) -> Act:
    """Whoever asks for it must not be named by the very line that says it was done."""
    people.put(act.tx, nobody(STAND_IN, act.now))
    return replace(act, person=SYSTEM)


def _strip_entry(act: Act, entry: Entry, concerned: Collection[str]) -> None:
    """The public face of an issue: what it was about in one word, and how it ended."""
    mine = entry.proposer in concerned or entry.beneficiary in concerned
    changed = replace(
        entry,
        title=act.service.category(entry.category).name if mine else entry.title,
        text="" if mine else entry.text,
        proposer=STAND_IN if entry.proposer in concerned else entry.proposer,
        beneficiary=None if entry.beneficiary in concerned else entry.beneficiary,
    )
    entries.save(act.tx, changed)
    _redact_journal(act, (entry.kind, entry.subject), concerned, words=True)


def _redact_journal(
    act: Act, subject: tuple[str, str], concerned: Collection[str], *, words: bool
) -> None:
    """A subject's log without these persons; with `words` also without what others wrote of it."""
    found = journal.of_subject(act.tx, *subject)
    lines = []
    for line in found:
        left = without(line, concerned, STAND_IN)
        theirs = words or line.actor in concerned
        if theirs and left != line and line.action != REDACTION:
            journal.redact(act.tx, left)
            lines.append([line.seq, digest(left)])
    if lines:
        status = found[-1].status
        log.append(act, *subject, REDACTION, data={"lines": lines}, status=status)


# -- one person ---------------------------------------------------------------------------------


def erase(act: Act, person: Person) -> list[Issue]:
    """删除我的数据: all that nothing holds up goes at once; returns what still holds up the rest.

    Asked for once: when the last open issue is closed, the sweep calls this again.
    """
    mine = issue_table.all_of_reporter(act.tx, person.id)
    kept = table.kept_issues(act.tx, person.id)
    waiting = {issue.id for issue in kept}
    for issue in mine:
        if issue.id not in waiting and issue.anonymous_at is None:
            anonymise(act, issue, "asked")
    by_system = _by_system(act)
    table.forget_sayings(act.tx, person.id, waiting, STAND_IN)
    if kept:
        people.ask_to_erase(act.tx, person.id, person.erase_at or act.now)
        return kept
    for subject in journal.subjects_of(act.tx, person.id):
        _redact_journal(by_system, subject, (person.id,), words=False)
    for entry in entries.of_person(act.tx, person.id):
        _strip_entry(by_system, entry, (person.id,))
    persons.take_out(act.tx, person.id, STAND_IN, act.now)
    log.append(by_system, "privacy", person.id, "erase")
    return []
