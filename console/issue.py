"""One issue: what was said, how it was understood, where it stands, and what may be done now."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import abort, flash, redirect, render_template, request, url_for

from api.issues import named
from api.media import may_see
from console import doing
from console.rows import Row, rows
from console.shell import STAFF, Page, Shell, Visit
from data.rows import Event, Issue, StoredMedia
from data.tables import issues as table
from data.tables import media, messages, outbox, parties, people, reporters
from desk import access, similar, views
from desk.hidden import masked
from desk.service import Act
from desk.views import Personal

WORKS: Final = frozenset({"owner", "party", "overseer", "claimer"})  # who may read names and doors
LONGEST = 200


@dataclass(frozen=True)
class Step:
    """One line of the timeline."""

    event: Event
    action: str
    actor: str
    note: str


@dataclass(frozen=True)
class Said:
    """One thing said in the conversation: by a resident or to somebody."""

    at: datetime
    mine: bool  # the bot's
    who: str
    text: str
    status: str = ""


def add(shell: Shell) -> None:
    @shell.page("/issues/<reference>", roles=STAFF)
    def issue(reference: str) -> Page:
        with shell.reading() as visit:
            return page(shell, visit, find(visit, reference))

    @shell.page("/issues/<reference>/reveal", roles=STAFF, post=True)
    def reveal(reference: str) -> Page:
        """Names and doors, on this very page and never again without another line in the log."""
        reason = request.form.get("reason", "").strip()[:LONGEST]
        with shell.writing() as visit:
            found = find(visit, reference)
            if not access.who_is(visit.act, found, visit.person) & WORKS:
                abort(403)
            if not reason:
                flash(shell.say("issue.reason_needed"), "bad")
                return redirect(url_for("console.issue", reference=reference))
            personal = views.reveal(visit.act, found, reason, "console")
            return page(shell, visit, found, personal)

    @shell.page("/issues/<reference>/do/<action>", roles=STAFF, post=True)
    def do(reference: str, action: str) -> Page:
        try:
            with shell.writing() as visit:  # what is not done is not done in part either
                found = find(visit, reference)
                after = doing.do(visit.act, found, action, request.form)
        except doing.NotDone as fault:
            flash(f"{_name(shell, action)}：{fault}", "bad")
            return redirect(url_for("console.issue", reference=reference, _anchor="do"))
        words = {"number": found.number, "action": _name(shell, action)}
        flash(shell.say("issue.done", **words), "good")
        back = request.form.get("back", "")
        if back == "today":
            return redirect(url_for("console.today"))
        return redirect(url_for("console.issue", reference=views.reference(after)))


def _name(shell: Shell, action: str) -> str:
    return shell.say(f"do.{action}") if action in doing.NAMES else action


def find(visit: Visit, reference: str) -> Issue:
    """The issue, for whoever may see it; for others there is none."""
    found = named(visit.act, reference)
    if found is None or not access.may_see(visit.act, found, visit.person):
        abort(404)
    return found


def page(
    shell: Shell, visit: Visit, issue: Issue, personal: Personal | None = None,
    photos: Sequence[object] = (),
) -> str:  # fmt: skip
    """The whole page; with names, or with pictures, where they were asked for."""
    act = visit.act
    capacities = access.who_is(act, issue, visit.person)
    log = table.events(act.tx, issue.id)
    parent = table.by_id(act.tx, issue.parent) if issue.parent else None
    lesson = reporters.last_lesson(act.tx, issue.id)
    return render_template(
        "console/issue.html",
        row=rows(act, [issue])[0],
        issue=issue,
        steps=[_step(act, issue, event) for event in log],
        said=_conversation(act, issue),
        top=_top(act, issue),
        parties=parties.of_issue(act.tx, issue.id),
        awaiting=parties.awaiting(act.tx, issue.id),
        can=doing.possible(act, issue, capacities),
        may_reveal=bool(capacities & WORKS),
        lesson=lesson,
        was=act.service.category(lesson.was).name if lesson else "",
        linked=_linked(act, visit, issue, parent),
        similar=rows(act, similar.to(act, issue, visit.scope)),
        count=len({issue.reporter, *reporters.of_issue(act.tx, issue.id)}),
        personal=personal,
        photos=photos,
        photo_count=len(kept_photos(act, issue)),
        noted=[file for file in media.of_issue(act.tx, issue.id) if file.kind != "image"],
        channel=shell.say(f"channel.{issue.channel}")
        if f"console.channel.{issue.channel}" in act.service.content.replies
        else issue.channel,
        catalogue=act.service.content.catalogue,
        teams=act.roster.teams,
        people=act.roster.staff,
        grid=" › ".join(act.roster.grids[code].name for code in act.roster.path(issue.grid)[::-1]),
    )


def kept_photos(act: Act, issue: Issue) -> list[StoredMedia]:
    """The pictures of an issue that are here, for whoever works on it or answers for it."""
    files = media.of_issue(act.tx, issue.id)
    return [file for file in files if file.status == "kept" and may_see(act, file, issue)]


def _step(act: Act, issue: Issue, event: Event) -> Step:
    known = act.roster.staff.get(event.actor)
    kind = "system" if event.actor == "system" else "resident"
    return Step(
        event=event,
        action=act.say(f"action.{event.action}"),
        actor=known.name if known else act.say(f"console.actor.{kind}"),
        note=masked(act, issue, event.note),
    )


def _top(act: Act, issue: Issue) -> list[tuple[str, str, float]]:
    """What the classifier thought of, the likeliest first, as (code, name, share)."""
    return [(code, act.service.category(code).name, sure) for code, sure in issue.candidates[:3]]


def _linked(act: Act, visit: Visit, issue: Issue, parent: Issue | None) -> list[tuple[str, Row]]:
    """Issues it was merged into, or that were merged into it, if this person may see them."""
    found = [("parent", parent)] if parent else []
    found += [("child", child) for child in reporters.children(act.tx, issue.id)[:10]]
    seen = [(kind, each) for kind, each in found if access.may_see(act, each, visit.person)]
    return list(zip([kind for kind, _ in seen], rows(act, [each for _, each in seen]), strict=True))


def _conversation(act: Act, issue: Issue) -> list[Said]:
    """The first message and its answer, and every push about the issue; masked."""
    first = messages.by_key(act.tx, issue.message)
    said = []
    resident = act.say("console.actor.resident")
    if first is not None:
        said.append(Said(first.received_at, False, resident, masked(act, issue, first.text)))
        if first.reply and not first.reply.startswith("["):
            text = masked(act, issue, first.reply)
            said.append(Said(first.received_at, True, resident, text))
    reporter = people.by_id(act.tx, issue.reporter)
    for push in outbox.of_issue(act.tx, issue.id):
        known = act.roster.staff.get(push.person)
        who = known.name if known else resident
        if known is None and (reporter is None or push.person != reporter.id):
            continue  # what neighbours who joined were told is the same again
        if push.channel == "webhook":
            continue
        text = masked(act, issue, push.text)
        said.append(Said(push.sent_at or push.created_at, True, who, text, push.status))
    return sorted(said, key=lambda line: line.at)
