"""What residents sent along: shown on the issue's own page, on demand, and every look is logged."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from flask import flash, redirect, url_for

from console import issue as pages
from console.shell import STAFF, Page, Shell
from data.rows import Issue
from desk import events
from desk.service import Act

MOST: Final = 9  # pictures on one page


@dataclass(frozen=True)
class Photo:
    """One picture as the page draws it: its bytes travel within the page, and nowhere else."""

    source: str
    at: datetime
    width: int
    height: int


def add(shell: Shell) -> None:
    @shell.page("/issues/<reference>/photos", roles=STAFF, post=True)
    def look(reference: str) -> Page:
        """On this very page and never again without another line in the log."""
        with shell.writing() as visit:
            found = pages.find(visit, reference)
            shown = _shown(visit.act, found)
            if not shown:
                flash(shell.say("photos.gone"), "bad")
                return redirect(url_for("console.issue", reference=reference))
            events.append(visit.act, found, "look", data={"photos": len(shown)})
            return pages.page(shell, visit, found, photos=shown)


def _shown(act: Act, issue: Issue) -> list[Photo]:
    found = []
    for file in pages.kept_photos(act, issue)[:MOST]:
        content = act.service.album.read(file.sha)
        if content is not None:
            packed = base64.b64encode(content).decode()
            found.append(
                Photo(f"data:{file.type};base64,{packed}", file.at, file.width, file.height)
            )
    return found
