"""What a sweep and a look for the same thing read: never all that is open, never too little."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import timedelta

from data.database import Database
from data.tables import issues
from desk.reminders import NOTICE, U1_ANSWER, stage
from tests.contract.test_tables import ISSUE, NOW, add, peopled

__all__ = ["peopled"]


def test_the_store_leaves_out_no_issue_that_has_news(peopled: Database) -> None:
    """The store's condition is wider than the rule in Python, and much narrower than "open"."""
    dice = random.Random(1)
    written = []
    with peopled.write() as tx:
        for number in range(400):
            created = NOW - timedelta(hours=dice.expovariate(1 / 20))
            contact = created + timedelta(hours=dice.choice((0.25, 1, 24)))
            due = contact + timedelta(hours=dice.expovariate(1 / 40))
            issue = replace(
                ISSUE, number=f"1123-{number:03d}", created_at=created, contact_due=contact,
                done_due=due, level=dice.choice(("U0", "U1", "U2", "U3")),
                status=dice.choice(("assigned", "accepted", "paused", "done", "closed")),
                warned=dice.randrange(4), reopens=dice.randrange(2),
            )  # fmt: skip
            written.append(replace(issue, id=issues.add(tx, issue)))
    open_ones = [each for each in written if each.status in ("assigned", "accepted")]
    news = {each.id for each in open_ones if stage(each, NOW) > each.warned}
    with peopled.read() as tx:
        found = {each.id for each in issues.waiting(tx, NOW, NOTICE, U1_ANSWER)}
    assert news
    assert news <= found
    assert len(found) < len(open_ones) * 0.75


def test_the_same_thing_is_looked_for_at_its_building(peopled: Database) -> None:
    """However many older issues of that kind the rest of the estate has."""
    for number in range(60):
        add(peopled, replace(ISSUE, number=f"1123-{number:03d}", building="1"))
    here = add(peopled, replace(ISSUE, number="1123-100", building="9"))
    nowhere = add(peopled, replace(ISSUE, number="1123-101", building=None))
    since = NOW - timedelta(days=1)
    with peopled.read() as tx:
        place = (ISSUE.estate or "", ISSUE.category)
        assert issues.open_at(tx, place[0], "9", place[1], since) == [here]
        assert issues.open_at(tx, place[0], None, place[1], since) == [nowhere]
