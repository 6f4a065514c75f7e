"""认领片区: whoever takes an area on cleans it regularly, as long as he holds it."""

from __future__ import annotations

from data.practice_rows import Claim, Entry
from data.tables import rounds as table
from desk import rounds
from desk.rules import recurring
from desk.service import Act

KIND = "clean"
DAYS = 7  # between one cleaning and the next


def taken_on(act: Act, entry: Entry, claim: Claim) -> None:
    """A claim on an area begins its claimer's round of cleaning."""
    if entry.kind != "area":
        return
    duty = rounds.Duty(
        kind=KIND,
        title=entry.title,
        person=claim.person,
        rule=recurring.every(DAYS),
        team=claim.team,
        estate=entry.estate,
        building=entry.building,
        grid=entry.grid,
        data={"area": entry.number},
    )
    rounds.begin(act, duty)


def given_up(act: Act, entry: Entry, person: str) -> None:
    """He no longer holds it: what is planned of his round is cancelled."""
    if entry.kind != "area":
        return
    for known in table.of_person(act.tx, person, (KIND,)):
        if known.data.get("area") == entry.number:
            rounds.end(act, known, "")
