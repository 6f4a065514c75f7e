"""代办 as an issue: whose it is, who does it, and that he was asked."""

from __future__ import annotations

from dataclasses import replace

from data.rows import Issue
from desk import events, recording
from desk.recording import Draft, Origin
from desk.service import Act

CATEGORY = "affairs.assist"


def begin(act: Act, draft: Draft, origin: Origin, consent: str) -> Issue:
    """Recorded in the name of whom it is for; whoever does it owns it, where he is staff."""
    helper = act.person.id if act.person.id in act.roster.staff else None
    issue = recording.record(act, replace(draft, taken_by=helper), origin)
    events.append(act, issue, "consent", consent, {"for": origin.reporter.id})
    return issue
