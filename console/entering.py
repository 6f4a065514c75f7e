"""登记诉求: a telephone call or a walk-in that staff write down, understood like any message."""

from __future__ import annotations

import json
import secrets
from dataclasses import replace
from typing import Annotated, Any, Literal

from flask import flash, redirect, render_template, request, url_for
from pydantic import Field

from api import intake
from api.intake import Recorded, Request
from api.issues import keep
from api.operations import Body
from api.problems import Problem
from api.shapes import Kept, Name, Words
from console.practices import forms
from console.practices.shape import Doing
from console.practices.words import Words as Said
from console.shell import WORKERS, Page, Shell
from data.rows import Person, StoredMessage, as_json
from data.tables import issues as table
from data.tables import messages, people
from desk import people as desk_people
from desk import views
from desk.recording import Origin
from desk.service import Act
from nlp.values import Place, Understanding

Short = Annotated[str, Field(max_length=20), Kept]
Phone = Annotated[str, Field(pattern=r"^(1[3-9][0-9]{9}|0[0-9]{2,3}-?[0-9]{7,8})$"), Kept]


class Entering(Body):
    """What somebody said on the telephone or at the desk, and who he is, if he says so."""

    channel: Literal["phone", "walk_in"]
    text: Words
    name: Short = ""
    phone: Phone | None = None
    estate: Name | None = None
    building: Short = ""
    unit: Short = ""
    room: Short = ""
    category: Name | None = None
    source: Literal["asked", "called", "found"] = "asked"


def add(shell: Shell) -> None:
    @shell.page("/issues/new", roles=WORKERS)
    def enter() -> Page:
        with shell.reading() as visit:
            return _page(shell, visit.act, secrets.token_hex(8))

    @shell.page("/issues/new", roles=WORKERS, post=True)
    def entered() -> Page:
        """Once, however often it is sent: the page's own key is kept with what came of it."""
        once = request.form.get("once", "")[:32]
        text = request.form.get("text", "")
        said = shell.service.understander.understand(text, addressed=True)
        doing = Doing("enter", Entering, lambda act, _row, body: _record(act, body, said, once))
        try:
            with shell.writing() as visit:
                made: Any = forms.carry_out(visit.act, doing, None, request.form)
        except forms.NotDone as failed:
            with shell.reading() as visit:
                return _page(shell, visit.act, once, request.form, failed.fault)
        for _, words in made:
            flash(words, "good")
        return redirect(url_for("console.issue", reference=made[0][0]))


def _page(
    shell: Shell, act: Act, once: str, form: forms.Form | None = None,
    fault: forms.Fault | None = None,
) -> str:  # fmt: skip
    words = Said(shell.service.content.replies, "entering")
    doing = Doing("enter", Entering, lambda _act, _row, _body: None)
    drawn = forms.draw(act, words, doing, None, form, fault)
    return render_template("console/entering.html", form=drawn, once=once)


def _record(act: Act, body: Entering, said: Understanding, once: str) -> list[tuple[str, str]]:
    """The issues it has become, or joined, and what is to be said of each."""
    if body.category is not None and body.category not in act.service.content.catalogue:
        raise Problem("unknown_category", body.category)
    key = f"console:{once}"
    earlier = messages.by_key(act.tx, key)
    if earlier is not None:
        return _again(act, earlier)
    reporter = _reporter(act, body, once)
    keep(act, key, body.channel, reporter.id, body.text)
    place = Place(body.estate, body.building or None, body.unit or None, body.room or None)
    wanted = Request(body.text, body.category, place, body.source)
    found = intake.record(act, wanted, said, Origin(reporter, body.channel, "", key))
    messages.answer(act.tx, key, as_json([each.issue.id for each in found]))
    return [(views.reference(each.issue), _said(act, each)) for each in found]


def _again(act: Act, earlier: StoredMessage) -> list[tuple[str, str]]:
    """What has become of it the first time."""
    found = [table.by_id(act.tx, number) for number in json.loads(earlier.reply or "[]")]
    return [
        (views.reference(issue), act.say("console.entering.again", number=issue.number))
        for issue in found
        if issue is not None
    ]


def _said(act: Act, made: Recorded) -> str:
    name = "joined" if made.joined else "entered"
    owner = act.roster.owner_name(made.issue)
    text = act.say(f"console.entering.{name}", number=made.issue.number, owner=owner)
    lacking = [act.say(f"console.entering.slot.{slot}") for slot in made.missing]
    more = act.say("console.entering.missing", slots="、".join(lacking)) if lacking else ""
    return text + more


def _reporter(act: Act, body: Entering, once: str) -> Person:
    """The resident with that telephone number, if there is just one; else somebody new, with the
    home that he gave where none was known."""
    known = people.by_phone(act.tx, body.phone) if body.phone else []
    if len(known) == 1:
        person = known[0]
    else:
        address = body.phone or f"{body.channel}-{once}"
        person = intake.known_reporter(act, "phone", address, body.name, body.phone or "")
    if body.estate is None or person.estate is not None or person.role != "resident":
        return person
    home = Place(body.estate, body.building or None, body.unit or None, body.room or None)
    return desk_people.live_at(replace(act, person=person), home)
