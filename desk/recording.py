"""From what is known of a request to an issue with a number, an owner and deadlines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from data.rows import Issue, Person, Source
from data.tables import issues
from desk import events, listing, media, notices
from desk.rules import deadlines, lifecycle, routing, service
from desk.service import Act
from nlp.plain import plain
from nlp.text import mask_ids

WISH = "wish.wish"
ELDERLY = ("elderly.", "wish.", "health.")  # their levels already reckon with vulnerable people


@dataclass(frozen=True)
class Draft:
    """What is known of a request before it becomes an issue."""

    text: str
    category: str
    confidence: float
    candidates: tuple[tuple[str, float], ...] = ()
    evidence: tuple[str, ...] = ()
    level: str = ""
    level_reason: str = ""
    nature: str = "求助"
    estate: str | None = None
    building: str | None = None
    unit: str | None = None
    room: str | None = None
    grid: str | None = None
    vulnerable: tuple[str, ...] = ()
    source: Source | None = None  # None: by who reports it
    taken_by: str | None = None  # one of the staff who does it himself: it is not routed


@dataclass(frozen=True)
class Origin:
    """Where a request came from."""

    reporter: Person
    channel: str
    chat: str  # "" for 1:1
    message: str  # dedupe key of the message that said it first


def record(act: Act, draft: Draft, origin: Origin) -> Issue:
    """Number, route and date a request; queue its pushes. Returns the issue as stored."""
    made = _made(act, draft, origin)
    issue = replace(made, id=issues.add(act.tx, made))
    event = events.append(act, issue, "record", data=owner_of(issue))
    media.adopt(act, issue, origin.reporter.id)
    if issue.category == WISH and issue.level != "U0":
        list_wish(act, issue)
    if issue.level == "U0":
        notices.alarm(act, issue, event, step=0)
    else:
        notices.hand_over(act, issue, event)
    return issue


def _made(act: Act, draft: Draft, origin: Origin) -> Issue:
    """The issue, not stored yet."""
    level, why = _level(act, draft)
    blamed = against(act, draft)
    route = (
        routing.Route(None, draft.taken_by, "taken", {})
        if draft.taken_by
        else find_route(act, draft, level, blamed)
    )
    local = act.now.astimezone(deadlines.LOCAL)
    day = f"{local:%Y-%m-%d}"
    category = act.service.category(draft.category)
    return Issue(
        id=0,
        day=day,
        number=f"{local:%m%d}-{issues.next_number(act.tx, day):02d}",
        status="assigned",
        category=draft.category,
        nature=draft.nature,
        level=level,
        text=mask_ids(draft.text),
        estate=draft.estate,
        building=draft.building,
        unit=draft.unit,
        room=draft.room,
        grid=draft.grid,
        reporter=origin.reporter.id,
        channel=origin.channel,
        chat=origin.chat,
        message=origin.message,
        owner_team=route.team,
        owner_person=route.person,
        handler=None,
        route_reason=reason(act, route),
        confidence=draft.confidence,
        evidence=draft.evidence,
        candidates=draft.candidates,
        level_reason=why,
        against=blamed,
        created_at=act.now,
        contact_due=deadlines.contact_due(level, act.now),
        done_due=deadlines.done_due(
            level, category.limit, act.now, act.service.is_workday, category.level
        ),
        accepted_at=None,
        done_at=None,
        closed_at=None,
        result="",
        returns=0,
        reopens=0,
        urges=0,
        duty_step=0,
        rating=None,
        parent=None,
        paused_at=None,
        card="",
        warned=0,
        source=draft.source or service.source(origin.reporter.role),
        mode=service.mode(level, category.mode, draft.nature),
    )


def list_wish(act: Act, issue: Issue) -> None:
    """A wish is listed as well, after review: the issue stays its receipt and its loop."""
    if listing.again(act, issue.id):
        return
    listing.propose(
        act,
        listing.Proposal(
            kind="wish",
            title=issue.text,
            category=issue.category,
            estate=issue.estate,
            building=issue.building,
            grid=issue.grid,
            beneficiary=issue.reporter,
            issue=issue.id,
        ),
        proposer=issue.reporter,
    )


def _level(act: Act, draft: Draft) -> tuple[str, str]:
    """The level, one higher where a vulnerable person is affected."""
    level = draft.level or act.service.category(draft.category).level
    raised = lifecycle.raised(level)
    if draft.vulnerable and raised != level and not draft.category.startswith(ELDERLY):
        return raised, act.say("level.raised", who="、".join(draft.vulnerable))
    return level, draft.level_reason


def against(act: Act, draft: Draft | Issue) -> tuple[str, ...]:
    """Staff and teams that a complaint names: it must not go to them."""
    text = plain(draft.text)
    accusing = any(word in text for word in act.service.content.words["accusing"])
    about_people = draft.category in ("suggest.staff", "safety.violence")
    if not (about_people or accusing or draft.nature in ("投诉", "举报")):
        return ()
    people = [p.id for p in act.roster.staff.values() if p.name and p.name in text]
    teams: list[str] = []
    if draft.category == "suggest.staff":
        teams = [
            team.code
            for team in act.roster.teams.values()
            if any(name in text for name in (team.name, *team.aliases) if len(name) > 1)
        ]
    return tuple(dict.fromkeys(people + teams))


def find_route(act: Act, draft: Draft | Issue, level: str, against: Sequence[str]) -> routing.Route:
    return routing.route(request_of(act, draft, level, against), desk_of(act))


def request_of(
    act: Act, draft: Draft | Issue, level: str, against: Sequence[str]
) -> routing.Request:
    category = act.service.category(draft.category)
    return routing.Request(
        category=category.code,
        name=category.name,
        owner_type=category.owner,
        skills=category.skills,
        urgency=level,
        estate=draft.estate,
        grids=act.roster.path(draft.grid),
        text=draft.text,
        against=tuple(act.roster.blamed(against)),
    )


def desk_of(act: Act) -> routing.Desk:
    """Who is there."""
    about = act.service.content.about
    return routing.Desk(
        teams=tuple(act.roster.teams.values()),
        load=lambda team: issues.load_of_team(act.tx, team),
        leads=act.roster.leads(),
        duty=about.duty,
        superior=about.superior,
        street=about.street,
        fallback=about.desk,
    )


def reason(act: Act, route: routing.Route) -> str:
    return act.say(f"route.{route.reason}", **_route_words(act, route))


def _route_words(act: Act, route: routing.Route) -> dict[str, str]:
    words = dict(route.words)
    grid = act.roster.grids.get(words.get("grid", ""))
    if grid:
        words["grid"] = grid.name
    words["person"] = act.roster.name_of(route.person)
    desk = act.roster.teams.get(act.service.content.about.desk)
    words["desk"] = desk.name if desk else ""
    return words


def owner_of(issue: Issue) -> dict[str, object]:
    return {"team": issue.owner_team, "person": issue.owner_person, "level": issue.level}
