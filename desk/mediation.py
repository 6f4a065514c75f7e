"""小李说理: a case with its parties, sittings and agreement, looked at again after thirty days.

Restricted: its mediators read it, and the secretary, who answers for them; whoever it was handed
over from no longer does. Parties hear of their own agreement; no list has a name or a word of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from data.council_rows import Dispute
from data.practice_rows import Line
from data.rows import Issue, Person, Team
from data.tables import disputes as table
from data.tables import issues as issue_table
from data.tables import rounds as round_table
from desk import access, issues, journal, rounds
from desk.rules import mediation as rules
from desk.rules.lifecycle import Forbidden
from desk.service import Act
from nlp.text import mask_ids

KIND = "dispute"
VISIT = "dispute_visit"


def number(act: Act, dispute: Dispute) -> str:
    """案-3."""
    return f"{act.say('number.dispute')}-{dispute.number}"


def begin(act: Act, text: str, parties: Sequence[Person], issue: Issue | None = None) -> Dispute:
    """受理, by a mediator: out of an issue, or as it was told."""
    if not access.may(act, "mediator"):
        raise Forbidden("person")
    if issue is not None and table.of_issue(act.tx, issue.id) is not None:
        raise Forbidden("status")
    team = _own_team(act)
    dispute = Dispute(
        id=0,
        number=issue_table.next_number(act.tx, KIND),
        status="accepted",
        stage="people" if team.source == "teams" else "judicial",
        category=issue.category if issue else "",
        text=mask_ids(text),
        estate=issue.estate if issue else act.person.estate,
        issue=issue.id if issue else None,
        team=team.code,
        mediator=act.person.id,
        agreement="",
        opened_at=act.now,
        agreed_at=None,
        closed_at=None,
    )
    dispute = replace(dispute, id=table.add(act.tx, dispute))
    _log(act, dispute, "accept")
    for person in parties:
        table.add_party(act.tx, dispute.id, person.id)
    return dispute


def _own_team(act: Act) -> Team:
    """Whose mediator acts: his own team's, else the community's own (调解委员会)."""
    teams = [team for team in act.roster.teams.values() if team.kind == "mediation"]
    own = [team for team in teams if act.person.id in team.members]
    community = [team for team in teams if team.source == "teams"]
    if not (own or community):
        raise Forbidden("note")
    return (own or community)[0]


def add_parties(act: Act, dispute: Dispute, people: Sequence[Person]) -> Dispute:
    """当事人: added to those of the case."""
    step = _take(act, dispute, "party", "")
    for person in people:
        table.add_party(act.tx, dispute.id, person.id)
    return _moved(act, replace(dispute, status=step.to), "party", "", {"count": len(people)})


def mediate(act: Act, dispute: Dispute, record: str) -> Dispute:
    """调解记录: one sitting."""
    step = _take(act, dispute, "mediate", record)
    changed = replace(dispute, status=step.to, mediator=act.person.id)
    return _moved(act, changed, "mediate", mask_ids(record))


def agree(act: Act, dispute: Dispute, agreement: str) -> Dispute:
    """协议: read by the parties; looked at again in thirty days; its issue is done."""
    step = _take(act, dispute, "agree", agreement)
    if len(table.parties(act.tx, dispute.id)) < 2:
        raise Forbidden("note")
    changed = replace(
        dispute, status=step.to, agreement=mask_ids(agreement), agreed_at=act.now,
        mediator=act.person.id,
    )  # fmt: skip
    line = _saved(act, changed, "agree")
    text = say(act, changed, "agreed", agreement=changed.agreement)
    journal.tell_each(act, line, table.parties(act.tx, dispute.id), text)
    title = say(act, changed, "visit")
    due = act.now + timedelta(days=act.service.settings.practices.follow_days)
    rounds.begin(act, rounds.Duty(
        VISIT, title, act.person.id, "once", starts=due, grace_hours=72,
        data={"dispute": dispute.number},
    ))  # fmt: skip
    _finish_issue(act, changed)
    return changed


def _finish_issue(act: Act, dispute: Dispute) -> None:
    """The request is done as far as it goes; its reporter is asked as always."""
    issue = issue_table.by_id(act.tx, dispute.issue) if dispute.issue else None
    if issue is None or issue.status not in ("assigned", "accepted"):
        return
    if access.who_is(act, issue, act.person) & {"owner", "overseer"}:
        issues.finish(act, issue, act.say("dispute.issue_done", number=number(act, dispute)))


def follow(act: Act, dispute: Dispute, note: str) -> Dispute:
    """回访: it is kept; the case is closed, not before its thirty days are over."""
    step = _take(act, dispute, "follow", note)
    days = timedelta(days=act.service.settings.practices.follow_days)
    if dispute.agreed_at is None or act.now < dispute.agreed_at + days:
        raise Forbidden("status")
    _end_visit(act, dispute)
    closed = replace(dispute, status=step.to, closed_at=act.now)
    return _moved(act, closed, "follow", mask_ids(note))


def broken(act: Act, dispute: Dispute, note: str) -> Dispute:
    """违约: it is not kept; mediated again."""
    step = _take(act, dispute, "break", note)
    _end_visit(act, dispute)
    changed = replace(dispute, status=step.to, agreed_at=None)
    return _moved(act, changed, "break", mask_ids(note))


def _end_visit(act: Act, dispute: Dispute) -> None:
    """Nobody needs to be reminded of the visit any more."""
    for known in round_table.of_kind(act.tx, VISIT, 10_000):
        if known.data.get("dispute") == dispute.number:
            rounds.end(act, known, "")


def hand_over(act: Act, dispute: Dispute, team: Team, reason: str) -> Dispute:
    """移交: from the people's mediators to judicial ones, who read it from now on alone."""
    step = _take(act, dispute, "hand_over", reason)
    if team.kind not in ("mediation", "legal") or team.source == "teams" or not team.members:
        raise Forbidden("note")
    changed = replace(
        dispute, status=step.to, stage="judicial", team=team.code, mediator=team.members[0]
    )
    line = _saved(act, changed, "hand_over", mask_ids(reason), {"team": team.code})
    text = say(act, changed, "handed_over", text=changed.text, reason=reason)
    journal.tell_each(act, line, team.members[:1], text)
    told = say(act, changed, "handed_on", team=team.name)
    journal.tell_each(act, line, table.parties(act.tx, dispute.id), told)
    return changed


def fail(act: Act, dispute: Dispute, reason: str) -> Dispute:
    """调解不成: the parties are shown the way to a court."""
    step = _take(act, dispute, "fail", reason)
    changed = replace(dispute, status=step.to, closed_at=act.now)
    line = _saved(act, changed, "fail", mask_ids(reason))
    text = say(act, changed, "failed")
    journal.tell_each(act, line, table.parties(act.tx, dispute.id), text)
    return changed


def withdraw(act: Act, dispute: Dispute, reason: str) -> Dispute:
    step = _take(act, dispute, "withdraw", reason)
    changed = replace(dispute, status=step.to, closed_at=act.now)
    return _moved(act, changed, "withdraw", mask_ids(reason))


def targets(act: Act) -> list[Team]:
    """To whom a case can be handed over."""
    return [
        team
        for team in act.roster.teams.values()
        if team.kind in ("mediation", "legal") and team.source == "units" and team.members
    ]


# -- who reads it -------------------------------------------------------------------------------


def who_is(act: Act, dispute: Dispute) -> frozenset[rules.Who]:
    found: set[rules.Who] = set()
    team = act.roster.teams.get(dispute.team)
    if team and act.person.id in team.members:
        found.add("mediator")
    if dispute.stage == "people" and _on_committee(act):
        found.add("mediator")
    if act.person.role == "secretary":
        found.add("overseer")
    if act.person.id in table.parties(act.tx, dispute.id):
        return frozenset(("party",))  # nobody mediates his own case
    return frozenset(found)


def _on_committee(act: Act) -> bool:
    teams = [act.roster.teams[code] for code in act.roster.teams_of(act.person.id)]
    judicial = any(team.kind == "mediation" and team.source == "units" for team in teams)
    return access.may(act, "mediator") and not judicial


def may_read(act: Act, dispute: Dispute) -> bool:
    return bool(who_is(act, dispute) & {"mediator", "overseer"})


def say(act: Act, dispute: Dispute, step: str, /, **words: object) -> str:
    return act.say(f"dispute.{step}", number=number(act, dispute), **words)


def _take(act: Act, dispute: Dispute, action: rules.Action, note: str) -> rules.Step:
    return rules.step(dispute.status, dispute.stage, action, who_is(act, dispute), note)


def _moved(
    act: Act, dispute: Dispute, action: str, note: str = "",
    data: Mapping[str, object] | None = None,
) -> Dispute:  # fmt: skip
    _saved(act, dispute, action, note, data)
    return dispute


def _saved(
    act: Act, dispute: Dispute, action: str, note: str = "",
    data: Mapping[str, object] | None = None,
) -> Line:  # fmt: skip
    table.save(act.tx, dispute)
    return _log(act, dispute, action, note, data)


def _log(
    act: Act, dispute: Dispute, action: str, note: str = "",
    data: Mapping[str, object] | None = None,
) -> Line:  # fmt: skip
    return journal.append(act, KIND, dispute.subject, action, note, data, dispute.status)
