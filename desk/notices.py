"""Who hears of what: each step of an issue queues its pushes, in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence

from data.rows import Account, Event, Issue
from data.tables import outbox, people, reporters
from desk import wording
from desk.service import Act

CARD = ("accept", "decline", "finish", "details")
ASKED = ("contacted", "uncontacted", "satisfied", "fairly", "unsatisfied")
Buttons = Sequence[tuple[str, str]]


def push(
    act: Act,
    issue: Issue | None,
    person: str,
    text: str,
    key: str,
    urgent: bool,
    actions: Buttons = (),
    *,
    awake: bool = False,
) -> None:
    """Queue a text for a person over the best channel he has; without any, as a dead letter.

    Whoever is `awake`, having just written, is answered at night, too. Whoever is complained about
    hears nothing of it, whatever part he has otherwise.
    """
    if issue and person in act.roster.blamed(issue.against):
        return
    if issue is None and person not in act.roster.staff and not wanted(act, person):
        return
    reached = account(act, person)
    outbox.add(
        act.tx,
        key=key,
        issue=issue.id if issue else None,
        person=person,
        channel=reached.channel if reached else "",
        address=reached.address if reached else "",
        text=text,
        actions=actions,
        urgent=urgent,
        at=act.now,
        due=act.now if urgent or awake else act.service.waking(act.now),
        status="queued" if reached else "dead",
        cause="" if reached else "no_account",
    )


def account(act: Act, person: str) -> Account | None:
    """A person's account over which we push to him; None where there is none."""
    order = act.service.pushable
    able = [each for each in people.accounts_of(act.tx, person) if each.channel in order]
    return min(able, key=lambda each: order.index(each.channel), default=None)


def wanted(act: Act, person: str) -> bool:
    """Whether a resident may be told of anything but his own issues: not after 撤回同意."""
    return person == act.person.id or not people.has_withdrawn(act.tx, person)


def tell(
    act: Act, issue: Issue, event: Event, person: str, text: str, actions: Buttons = ()
) -> None:
    """Tell one person of one event, once; nobody is told what he did himself."""
    if person == act.person.id and event.action != "record":
        return
    key = f"{issue.id}:{event.seq}:{person}"
    push(act, issue, person, text, key, urgent=issue.level in ("U0", "U1"), actions=actions)


def hand_over(act: Act, issue: Issue, event: Event, heading: str = "card.new") -> None:
    """Give the card to whoever now answers for the issue."""
    reporter = people.by_id(act.tx, issue.reporter)
    name = reporter.name if reporter else ""
    phone = reporter.phone if reporter else ""
    text = wording.card(issue, act, name or act.say("card.resident"), phone, heading=heading)
    for person in reachable_owners(act, issue):
        tell(act, issue, event, person, text, buttons(act, issue, *CARD))


def buttons(act: Act, issue: Issue, *commands: str) -> Buttons:
    """What may be tapped on a card: the words of the command, and what it stands for."""
    return [(act.say(f"button.{name}"), f"{name}:{issue.number}") for name in commands]


def reachable_owners(act: Act, issue: Issue) -> tuple[str, ...]:
    """The people who answer for it; if none of them can be reached, the community's desk too."""
    owners = act.roster.owner_people(issue)
    if any(can_reach(act, person) for person in owners):
        return owners
    desk = act.roster.teams.get(act.service.content.about.desk)
    blamed = act.roster.blamed(issue.against)
    able = (p for p in (desk.members if desk else ()) if p not in blamed)
    spare = tuple(p for p in able if can_reach(act, p))
    return (*owners, *spare[:1])


def can_reach(act: Act, person: str) -> bool:
    """Whether a person has an account that we can push to."""
    return account(act, person) is not None


def above(act: Act, issue: Issue) -> list[str]:
    """The place's grid worker and the one above him, without those it concerns."""
    leads = [act.roster.grids[code].person for code in act.roster.path(issue.grid)]
    if not leads:
        leads = [act.service.content.about.superior]
    passed_over = {*act.roster.blamed(issue.against), *act.roster.owner_people(issue)}
    return [person for person in dict.fromkeys(leads) if person and person not in passed_over][:2]


def tell_reporter(
    act: Act, issue: Issue, event: Event, reply: str, actions: Buttons = (), **words: object
) -> None:
    """Tell everybody who reported it of a step."""
    text = act.say(
        reply,
        number=issue.number,
        category=act.service.category(issue.category).name,
        owner=act.roster.owner_name(issue),
        due=wording.moment(issue.done_due, act),
        **words,
    )
    for person in dict.fromkeys((issue.reporter, *reporters.of_issue(act.tx, issue.id))):
        tell(act, issue, event, person, text, actions)


def tell_former(act: Act, before: Issue, after: Issue, event: Event) -> None:
    """Tell whoever answered for it until now that somebody else does."""
    text = act.say("step.moved_away", number=after.number, owner=act.roster.owner_name(after))
    blamed = act.roster.blamed(after.against)
    for person in act.roster.owner_people(before):
        if person not in act.roster.owner_people(after) and person not in blamed:
            tell(act, after, event, person, text)


def tell_owner(act: Act, issue: Issue, event: Event, reply: str, **words: object) -> None:
    """Tell whoever answers for it of a step."""
    text = act.say(
        reply,
        number=issue.number,
        category=act.service.category(issue.category).name,
        place=wording.place(issue, act, public=False),
        due=wording.moment(issue.done_due, act),
        **words,
    )
    for person in reachable_owners(act, issue):
        tell(act, issue, event, person, text)


def nearest(act: Act, issue: Issue) -> list[str]:
    """The grid worker of the place, if there is one and it is not about him."""
    blamed = act.roster.blamed(issue.against)
    leads = (act.roster.grids[code].person for code in act.roster.path(issue.grid))
    return [person for person in leads if person and person not in blamed][:1]


def alarm(act: Act, issue: Issue, event: Event, *, step: int) -> None:
    """U0: call the next of the duty chain; on the first call the place's grid worker as well."""
    blamed = act.roster.blamed(issue.against)
    chain = [person for person in act.service.content.about.duty if person not in blamed]
    able = [person for person in chain if can_reach(act, person)]
    called = [able[step % len(able)]] if able else [*chain[:1], act.service.content.about.superior]
    if step == 0:
        called += nearest(act, issue)
    _sound(act, issue, event, called, f"alarm{step}")


def alarm_near(act: Act, issue: Issue, event: Event) -> None:
    """The place of an alarm has become known: its grid worker is called as well."""
    _sound(act, issue, event, nearest(act, issue), "near")


def _sound(act: Act, issue: Issue, event: Event, called: Sequence[str], mark: str) -> None:
    """Give the alarm's card to these people."""
    reporter = people.by_id(act.tx, issue.reporter)
    text = wording.card(
        issue,
        act,
        reporter.name if reporter and reporter.name else act.say("card.resident"),
        reporter.phone if reporter else "",
        heading="card.alarm",
    )
    for person in dict.fromkeys(called):
        key = f"{issue.id}:{event.seq}:{person}:{mark}"
        push(
            act,
            issue,
            person,
            text,
            key,
            urgent=True,
            actions=buttons(act, issue, "accept", "details"),
        )
