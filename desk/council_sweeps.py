"""What falls due by itself in deliberation and points, in the order in which one follows from
another: a vote is closed by desk.motions before its topic hears of it."""

from __future__ import annotations

from datetime import datetime

from data.database import Database
from desk import followups, honours, joint_meeting, points, policies, topics
from desk.service import Service

PARTS = (topics, followups, joint_meeting, honours, points, policies)


def run(db: Database, service: Service, now: datetime) -> int:
    """Every sweep of these practices; returns how much was done."""
    return sum(part.run(db, service, now) for part in PARTS)
