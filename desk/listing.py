"""The listing: proposed, reviewed, published, taken up, delivered, confirmed; each step is told.

An entry with an issue is that issue's public face: the issue stays the resident's receipt and loop,
its owner stays accountable. 办结, 满意, 没修好 and 撤销 of the issue move the entry (desk.claims);
publishing and claiming are noted in the issue's own log.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from data.practice_rows import Claim, Entry, EntryKind, Line
from data.tables import entries, issues
from desk import access, areas, entry_wording, events, journal
from desk.rules import listing as rules
from desk.rules.masking import without_doors
from desk.service import Act
from nlp.text import mask_ids

LONGEST_TITLE = 40


@dataclass(frozen=True)
class Proposal:
    """What is to be listed."""

    kind: EntryKind
    title: str
    text: str = ""
    category: str = ""
    skills: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    estate: str | None = None
    building: str | None = None
    grid: str | None = None
    beneficiary: str | None = None
    team: str | None = None
    issue: int | None = None
    capacity: int = 1
    valid_until: datetime | None = None
    data: Mapping[str, object] = field(default_factory=dict)


def propose(act: Act, proposal: Proposal, *, proposer: str = "") -> Entry:
    """Put something on the list. What a reviewer proposes needs no review."""
    number = issues.next_number(act.tx, proposal.kind)
    entry = Entry(
        id=0,
        kind=proposal.kind,
        number=number,
        status="proposed",
        title=shown(proposal.title),
        text=mask_ids(proposal.text or proposal.title),
        category=proposal.category,
        skills=proposal.skills,
        times=proposal.times,
        estate=proposal.estate,
        building=proposal.building,
        grid=proposal.grid,
        proposer=proposer or act.person.id,
        beneficiary=proposal.beneficiary,
        team=proposal.team,
        issue=proposal.issue,
        capacity=proposal.capacity,
        created_at=act.now,
        listed_at=None,
        valid_until=proposal.valid_until,
        warned=0,
        data=proposal.data,
    )
    entry = replace(entry, id=entries.add(act.tx, entry))
    line = _log(act, entry, "propose")
    if not proposer and access.may(act, "secretary"):
        return publish(act, entry)
    for person in access.reviewers(act):
        journal.tell(act, line, person, entry_wording.say(act, entry, "review", text=entry.text))
    return entry


def again(act: Act, issue: int) -> bool:
    """What was taken from the list together with its issue's category comes back for review."""
    entry = entries.of_issue(act.tx, issue)
    if entry is not None and entry.status == "withdrawn":
        moved(act, replace(entry, status="proposed", warned=0), "propose")
    return entry is not None


def masked(text: str) -> str:
    """A text as everybody may read it: one line, no phone, no door."""
    return " ".join(without_doors(mask_ids(text)).split())


def shown(title: str) -> str:
    """A title as everybody may read it."""
    text = masked(title)
    return text if len(text) <= LONGEST_TITLE else text[: LONGEST_TITLE - 1] + "…"


def who_is(act: Act, entry: Entry, claims: Sequence[Claim]) -> frozenset[rules.Who]:
    """In which capacities the person acting meets an entry."""
    me = act.person.id
    found: set[rules.Who] = {"anyone"}
    if me == "system":
        found.add("system")
    if me == entry.proposer:
        found.add("proposer")
    if me == entry.beneficiary:
        found.add("beneficiary")
    if any(claim.person == me and claim.state in rules.HELD for claim in claims):
        found.add("claimer")
    if access.may(act, "secretary"):
        found.add("reviewer")
    return frozenset(found)


def publish(act: Act, entry: Entry, title: str = "") -> Entry:
    """发布, with another title where the first says too much; those who may help are told."""
    take(act, entry, "publish", "")
    changed = replace(
        entry, status="published", listed_at=act.now, title=shown(title) or entry.title, warned=0
    )
    line = moved(act, changed, "publish")
    journal.tell(act, line, entry.proposer, entry_wording.say(act, changed, "published"))
    offer(act, changed, line)
    return changed


def offer(act: Act, entry: Entry, line: Line) -> None:
    """Tell the leads of the teams whose business it is."""
    if not entry.category:
        return
    text = entry_wording.say(act, entry, "offered", place=entry.estate or "")
    for team in act.roster.teams.values():
        if entry.category in team.categories and (not team.areas or entry.estate in team.areas):
            for person in team.members[:1]:
                journal.tell(act, line, person, text)


def refuse(act: Act, entry: Entry, reason: str) -> Entry:
    """Not published, and why."""
    take(act, entry, "refuse", reason)
    changed = replace(entry, status="refused")
    line = moved(act, changed, "refuse", reason)
    text = entry_wording.say(act, changed, "refused", reason=reason)
    journal.tell(act, line, entry.proposer, text)
    return changed


def withdraw(act: Act, entry: Entry, reason: str = "") -> Entry:
    """撤销: whoever holds a claim hears of it."""
    take(act, entry, "withdraw", reason)
    return end(act, entry, "withdrawn", "withdraw", reason)


def close(act: Act, entry: Entry, reason: str = "") -> Entry:
    """No more is to be claimed, and what is held ends: a post that is no longer needed."""
    take(act, entry, "close", reason)
    return end(act, entry, "fulfilled", "close", reason)


def end(act: Act, entry: Entry, status: rules.Status, action: str, reason: str) -> Entry:
    """An entry and whatever is claimed of it end here."""
    changed = replace(entry, status=status)
    held = [c for c in entries.claims_of(act.tx, entry.id) if c.state in rules.HELD]
    for claim in held:
        entries.save_claim(act.tx, replace(claim, state="dropped"))
    line = moved(act, changed, action, reason)
    for claim in held:
        journal.tell(act, line, claim.person, entry_wording.say(act, changed, "withdrawn"))
        areas.given_up(act, changed, claim.person)
    return changed


# -- writing it down ----------------------------------------------------------------------------


def take(act: Act, entry: Entry, action: rules.Action, note: str) -> rules.Step:
    """The step an action takes, if the person acting may take it."""
    claims = entries.claims_of(act.tx, entry.id)
    return rules.step(entry.status, action, who_is(act, entry, claims), note)


def moved(
    act: Act, entry: Entry, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    """Save an entry and write the step down, in its issue's log too."""
    entries.save(act.tx, entry)
    line = _log(act, entry, action, note, data)
    issue = issues.by_id(act.tx, entry.issue) if entry.issue else None
    if issue and action in ("publish", "refuse", "claim", "drop", "lapse", "relist"):
        events.append(act, issue, f"entry_{action}", note, {"entry": entry.number})
    return line


def _log(
    act: Act, entry: Entry, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    return journal.append(act, entry.kind, entry.subject, action, note, data, entry.status)
