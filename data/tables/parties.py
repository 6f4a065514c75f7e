"""Who works along on an issue (协办, 吹哨), each by a clock of its own; what awaits approval."""

from __future__ import annotations

from datetime import datetime, timedelta

from data.database import Tx
from data.rows import Approval, Party


def call(tx: Tx, party: Party) -> bool:
    """Ask a team to take part; False if it takes part already."""
    return bool(
        tx.run(
            "INSERT INTO parties (issue, team, kind, leads, asked_by, asked_at, arrive_due,"
            " done_due, note, warned) VALUES (:issue, :team, :kind, :leads, :asked_by, :asked_at,"
            " :arrive_due, :done_due, :note, 0) ON CONFLICT (issue, team) DO NOTHING",
            issue=party.issue,
            team=party.team,
            kind=party.kind,
            leads=int(party.leads),
            asked_by=party.asked_by,
            asked_at=party.asked_at,
            arrive_due=party.arrive_due,
            done_due=party.done_due,
            note=tx.seal("note", party.note),
        )
    )


def of_issue(tx: Tx, issue: int) -> list[Party]:
    """The teams that take part, the leading one first."""
    return tx.all(
        Party,
        "SELECT * FROM parties WHERE issue = :issue ORDER BY leads DESC, asked_at, team",
        issue=issue,
    )


def arrived(tx: Tx, issue: int, team: str, at: datetime) -> bool:
    """报到; False if it had before."""
    return bool(
        tx.run(
            "UPDATE parties SET arrived_at = :at WHERE issue = :issue AND team = :team"
            " AND arrived_at IS NULL",
            at=at,
            issue=issue,
            team=team,
        )
    )


def finished(tx: Tx, issue: int, team: str, at: datetime, note: str) -> None:
    tx.run(
        "UPDATE parties SET done_at = :at, arrived_at = COALESCE(arrived_at, :at), note = :note"
        " WHERE issue = :issue AND team = :team",
        at=at,
        note=tx.seal("note", note),
        issue=issue,
        team=team,
    )


def late(tx: Tx, now: datetime, limit: int = 200) -> list[Party]:
    """Those that have not come, or not finished, in time, and of whom that was not told yet."""
    return tx.all(
        Party,
        "SELECT p.* FROM parties p JOIN issues i ON i.id = p.issue"
        " WHERE i.status IN ('assigned', 'accepted') AND p.done_at IS NULL"
        " AND p.kind <> 'broadcast'"
        " AND ((p.warned < 1 AND p.arrived_at IS NULL AND p.arrive_due <= :now)"
        " OR (p.warned < 2 AND p.done_due <= :now))"
        " ORDER BY p.arrive_due, p.issue, p.team LIMIT :limit",
        now=now,
        limit=limit,
    )


def warned(tx: Tx, party: Party, stage: int) -> None:
    tx.run(
        "UPDATE parties SET warned = :stage WHERE issue = :issue AND team = :team",
        stage=stage,
        issue=party.issue,
        team=party.team,
    )


def put_off(tx: Tx, party: Party, span: timedelta) -> None:
    """Move the clocks of a team that has not finished."""
    tx.run(
        "UPDATE parties SET arrive_due = :arrive_due, done_due = :done_due"
        " WHERE issue = :issue AND team = :team AND done_at IS NULL",
        arrive_due=party.arrive_due if party.arrived_at else party.arrive_due + span,
        done_due=party.done_due + span,
        issue=party.issue,
        team=party.team,
    )


def whistles(tx: Tx, since: datetime) -> list[Party]:
    """Every unit that was whistled for since then, the newest whistle first."""
    return tx.all(
        Party,
        "SELECT * FROM parties WHERE kind = 'whistle' AND asked_at >= :since"
        " ORDER BY asked_at DESC, issue DESC, leads DESC, team",
        since=since,
    )


def ask(tx: Tx, approval: Approval) -> None:
    """Put a request before those who may approve; it replaces an open one of its kind."""
    tx.run(
        "DELETE FROM approvals WHERE issue = :issue AND kind = :kind AND decision = ''",
        issue=approval.issue,
        kind=approval.kind,
    )
    tx.run(
        "INSERT INTO approvals (issue, kind, person, reason, days, at, decision)"
        " VALUES (:issue, :kind, :person, :reason, :days, :at, '')",
        issue=approval.issue,
        kind=approval.kind,
        person=approval.person,
        reason=tx.seal("reason", approval.reason),
        days=approval.days,
        at=approval.at,
    )


def awaiting(tx: Tx, issue: int) -> Approval | None:
    """The request about an issue that nobody has decided."""
    return tx.one(
        Approval,
        "SELECT * FROM approvals WHERE issue = :issue AND decision = '' ORDER BY id DESC LIMIT 1",
        issue=issue,
    )


def decide(tx: Tx, approval: int, decision: str, person: str, at: datetime) -> None:
    tx.run(
        "UPDATE approvals SET decision = :decision, decided_by = :person, decided_at = :at"
        " WHERE id = :approval",
        decision=decision,
        person=person,
        at=at,
        approval=approval,
    )
