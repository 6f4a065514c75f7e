"""设置: the community's own catalogue, words, teams, replies and times.

Every change is looked at first: what it says, what `check` thinks of it, and which of last month's
issues would have gone another way. What was kept can be taken back.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from flask import abort, flash, redirect, render_template, request, url_for

from console import amend_forms as forms
from console import amend_groups
from console import amend_lists as lists
from console.shell import ADMIN, Page, Shell, Visit
from data.staff_rows import Amendment
from data.tables import amendments, logins
from desk import amending
from desk import effects as effects_of
from desk.amending import Change, Overtaken, Prospect, Refused
from desk.effects import Effects
from desk.service import Act

LINES: Final = 50
REPLIES: Final = 150  # shown at once; a search finds the others


def add(shell: Shell) -> None:
    @shell.page("/settings", roles=ADMIN)
    def settings() -> Page:
        with shell.reading() as visit:
            counts = {area: len(lists.entries(visit.act, area, "")) for area in amending.AREAS}
            changed = [a.area for a in visit.act.roster.amendments]
            return render_template("console/settings.html", counts=counts, changed=changed,
                                   lines=lists.history(visit, None, 8))  # fmt: skip

    @shell.page("/settings/history", roles=ADMIN)
    def settings_history() -> Page:
        before = request.args.get("before", type=int)
        with shell.reading() as visit:
            lines = lists.history(visit, before, LINES)
            more = lines[-1].amendment.id if len(lines) == LINES else None
            return render_template("console/settings_history.html", lines=lines, more=more)

    @shell.page("/settings/<area>", roles=ADMIN)
    def settings_area(area: str) -> Page:
        if area not in amending.AREAS:
            abort(404)
        wanted = request.args.get("q", "").strip()
        with shell.reading() as visit:
            found = lists.entries(visit.act, area, wanted)
            return render_template("console/settings_area.html", area=area, wanted=wanted,
                                   entries=found[:REPLIES], total=len(found))  # fmt: skip

    @shell.page("/settings/<area>/<path:entry>", roles=ADMIN)
    def settings_entry(area: str, entry: str) -> Page:
        with shell.reading() as visit:
            _exists(visit, area, entry)
            return _form(visit, area, entry, forms.present(visit.act, area, entry))

    @shell.page("/settings/<area>/<path:entry>", roles=ADMIN, post=True)
    def amend_entry(area: str, entry: str) -> Page:
        """Look at a change, or keep it; what is wrong with it is said at its field."""
        with shell.reading() as visit:
            _exists(visit, area, entry)
            shown = _look(visit, area, entry)
            if request.form.get("step") != "keep" or not isinstance(shown, Prospect):
                return shown if not isinstance(shown, Prospect) else _preview(visit, shown)
            change = shown.change
        seen = request.form.get("seen", 0, type=int)
        return _kept(shell, lambda act: amending.make(act, change, seen), area, entry)

    @shell.page("/settings/undo/<int(max=9223372036854775807):amendment>", roles=ADMIN, post=True)
    def undo_amendment(amendment: int) -> Page:
        with shell.reading() as visit:
            found = amendments.by_id(visit.act.tx, amendment)
        if found is None:
            abort(404)
        return _kept(shell, lambda act: amending.undo(act, found), found.area, found.entry)


def _exists(visit: Visit, area: str, entry: str) -> None:
    if area not in amending.AREAS or not any(
        each.entry == entry for each in lists.entries(visit.act, area, "")
    ):
        abort(404)


def _look(visit: Visit, area: str, entry: str) -> Page | Prospect:
    """The change that the form describes, looked at; or the form again with what is wrong."""
    act = visit.act
    shipped = request.form.get("step") == "ship"
    said, faults = forms.read(act, area, entry, request.form)
    raw = _raw(act, area, entry)
    if faults and not shipped:
        return _form(visit, area, entry, raw, faults)
    try:
        value = None if shipped else amending.difference(act, area, entry, said)
        prospect = amending.look(act, Change(area, entry, value))
        amending.try_reading(prospect)
    except Refused as refused:
        return _form(visit, area, entry, raw, {"": str(refused)})
    return prospect


def _preview(visit: Visit, prospect: Prospect) -> Page:
    """The form with what the change would bring."""
    change = prospect.change
    raw = _raw(visit.act, change.area, change.entry)
    if request.form.get("step") == "ship":
        raw = forms.present(prospect.ahead, change.area, change.entry)
    found = effects_of.effects(visit.act, prospect)
    return _form(visit, change.area, change.entry, raw, prospect=prospect, found=found)


def _kept(shell: Shell, do: Callable[[Act], Amendment], area: str, entry: str) -> Page:
    try:
        with shell.writing() as visit:
            made = do(visit.act)
            detail = f"{made.area} {made.entry}"
            logins.log(visit.act.tx, visit.act.now, visit.person.id, "amend", detail)
    except Refused as refused:
        flash(str(refused), "bad")
    except Overtaken:
        flash(shell.say("amend.overtaken"), "bad")
    else:
        flash(shell.say("amend.kept" if made.undoes is None else "amend.undone"), "good")
    return redirect(url_for("console.settings_entry", area=area, entry=entry))


def _form(
    visit: Visit, area: str, entry: str, values: Mapping[str, Any],
    faults: Mapping[str, str] | None = None, prospect: Prospect | None = None,
    found: Effects | None = None,
) -> Page:  # fmt: skip
    act = visit.act
    last = amendments.latest(act.tx, area, entry)
    words = render_template(
        "console/settings_entry.html", area=area, entry=entry, title=lists.title(act, area, entry),
        fields=forms.fields_of(act, area, entry), values=values, faults=faults or {},
        prospect=prospect, effects=found,
        diff=lists.named(act, area, prospect.diff) if prospect else (), seen=last.id if last else 0,
        amended=any((a.area, a.entry) == (area, entry) for a in act.roster.amendments),
        fixed=_fixed(act, area, entry),
        strays=amend_groups.strays(act) if (area, entry) == ("community", "groups") else (),
    )  # fmt: skip
    return words, 422 if faults else 200


def _raw(act: Act, area: str, entry: str) -> dict[str, Any]:
    """The form as it was sent."""
    fields = forms.fields_of(act, area, entry)
    return {field.name: forms.typed(field, request.form) for field in fields}


def _fixed(act: Act, area: str, entry: str) -> list[str]:
    """What is shipped and stands beside the form: a category's words."""
    if area != "catalogue":
        return []
    return list(act.service.shipped.catalogue[entry].words)
