"""What falls due on the listing by itself (DOMAIN: wishes are listed within 3 days, relisted after
14): reviews that wait, claims that lapse, wishes nobody took, offers no longer valid."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from data.database import Database
from data.practice_rows import Claim, Entry
from data.tables import entries
from desk import access, claims, entry_wording, journal, listing
from desk.service import Act, Service
from desk.sweeping import sweep

NOTICE = timedelta(days=3)  # before a claim lapses


def run(db: Database, service: Service, now: datetime) -> int:
    """Every sweep of the listing; returns how much was done."""
    practices = service.settings.practices
    review = now - timedelta(days=practices.review_days)
    relist = now - timedelta(days=practices.relist_days)
    return sum(
        (
            sweep(db, service, now, lambda tx: entries.unreviewed(tx, review), _ask_again),
            sweep(db, service, now, lambda tx: entries.nearly_due(tx, now + NOTICE), _remind),
            sweep(db, service, now, lambda tx: entries.due_claims(tx, now), _lapse),
            sweep(db, service, now, lambda tx: entries.unclaimed(tx, "wish", relist), _relist),
            sweep(db, service, now, lambda tx: entries.outdated(tx, now), _expire),
        )
    )


def _ask_again(act: Act, entry: Entry) -> None:
    """The review waits: those who review hear of it once more."""
    entry = replace(entry, warned=1)
    line = listing.moved(act, entry, "await")
    for person in access.reviewers(act):
        journal.tell(act, line, person, entry_wording.say(act, entry, "waiting"))


def _remind(act: Act, claim: Claim) -> None:
    entry = entries.by_id(act.tx, claim.entry)
    entries.save_claim(act.tx, replace(claim, warned=1))
    if entry is not None:
        line = listing.moved(act, entry, "remind", data={"claim": claim.id})
        journal.tell(act, line, claim.person, entry_wording.say(act, entry, "nearly"))


def _lapse(act: Act, claim: Claim) -> None:
    entry = entries.by_id(act.tx, claim.entry)
    if entry is not None:
        listing.take(act, entry, "lapse", "")
        claims.give_back(act, entry, claim, "lapse", "")


def _relist(act: Act, entry: Entry) -> None:
    """Nobody has taken it: on top again, and those who may help hear of it again."""
    listing.take(act, entry, "relist", "")
    entry = replace(entry, listed_at=act.now)
    line = listing.moved(act, entry, "relist")
    listing.offer(act, entry, line)
    for person in access.reviewers(act)[:1]:
        journal.tell(act, line, person, entry_wording.say(act, entry, "untaken"))


def _expire(act: Act, entry: Entry) -> None:
    listing.take(act, entry, "expire", "")
    line = listing.moved(act, replace(entry, status="expired"), "expire")
    journal.tell(act, line, entry.proposer, entry_wording.say(act, entry, "expired"))
