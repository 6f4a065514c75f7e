"""Texts without what would lead to a door: phones, rooms, the reporter's name.

A resident may name others in any words; that cannot be told apart from what must be read.
"""

from __future__ import annotations

import re

from data.database import Tx
from data.rows import Issue
from data.tables import people
from desk.rules.masking import HIDDEN, without_doors
from desk.service import Act


def masked(act: Act, issue: Issue, text: str) -> str:
    """A text about an issue, as it may leave the house."""
    return without_person(issue, text, reporter_name(act.tx, issue))


def reporter_name(tx: Tx, issue: Issue) -> str:
    """The name that must not be read: the resident's who reported it."""
    reporter = people.by_id(tx, issue.reporter)
    return reporter.name if reporter and reporter.role == "resident" else ""


def without_person(issue: Issue, text: str, name: str) -> str:
    """The same where the reporter's name is known already."""
    text = without_doors(text)
    if issue.room:
        text = re.sub(rf"(?<![\d-]){re.escape(issue.room)}(?!\d)", HIDDEN, text)
    return text.replace(name, HIDDEN) if len(name) > 1 else text
