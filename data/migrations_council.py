"""The tables of deliberation, mediation, opinions and points: in the form of
data/migrations_practice.py, and within what that names."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "c0001_topics",
        """
        CREATE TABLE topics (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            status TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
            category TEXT NOT NULL, estates TEXT NOT NULL, grid TEXT, issues TEXT NOT NULL,
            proposer TEXT NOT NULL REFERENCES people(id), chair TEXT REFERENCES people(id),
            venue TEXT NOT NULL, meets_at TEXT, motion INTEGER REFERENCES motions(id),
            resolution TEXT NOT NULL, created_at TEXT NOT NULL, closed_at TEXT) STRICT;
        CREATE INDEX topics_by_status ON topics(status, number);
        CREATE TABLE invitees (
            id INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL REFERENCES topics(id),
            person TEXT NOT NULL REFERENCES people(id), role TEXT NOT NULL, team TEXT,
            state TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (topic, person)) STRICT;
        CREATE INDEX invitees_by_person ON invitees(person, topic);
        CREATE TABLE followups (
            id INTEGER PRIMARY KEY AUTOINCREMENT, topic INTEGER NOT NULL REFERENCES topics(id),
            text TEXT NOT NULL, person TEXT REFERENCES people(id), team TEXT,
            issue INTEGER REFERENCES issues(id), project TEXT NOT NULL, due_at TEXT NOT NULL,
            created_at TEXT NOT NULL, done_at TEXT, warned INTEGER NOT NULL) STRICT;
        CREATE INDEX followups_by_topic ON followups(topic);
        CREATE INDEX followups_due ON followups(due_at) WHERE done_at IS NULL;
        """,
    ),
    (
        "c0002_mediation",
        """
        CREATE TABLE disputes (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            status TEXT NOT NULL, stage TEXT NOT NULL, category TEXT NOT NULL, text TEXT NOT NULL,
            estate TEXT, issue INTEGER UNIQUE REFERENCES issues(id), team TEXT NOT NULL,
            mediator TEXT NOT NULL REFERENCES people(id), agreement TEXT NOT NULL,
            opened_at TEXT NOT NULL, agreed_at TEXT, closed_at TEXT) STRICT;
        CREATE INDEX disputes_by_status ON disputes(status, number);
        CREATE TABLE disputants (
            id INTEGER PRIMARY KEY AUTOINCREMENT, dispute INTEGER NOT NULL REFERENCES disputes(id),
            person TEXT NOT NULL REFERENCES people(id), UNIQUE (dispute, person)) STRICT;
        CREATE INDEX disputants_by_person ON disputants(person);
        """,
    ),
    (
        "c0003_funds",
        """
        CREATE TABLE funds (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            status TEXT NOT NULL, title TEXT NOT NULL, estate TEXT NOT NULL,
            goal INTEGER NOT NULL CHECK (goal > 0), topic INTEGER REFERENCES topics(id),
            keeper TEXT NOT NULL REFERENCES people(id), created_at TEXT NOT NULL,
            settled_at TEXT) STRICT;
        CREATE TABLE pledges (
            id INTEGER PRIMARY KEY AUTOINCREMENT, fund INTEGER NOT NULL REFERENCES funds(id),
            household TEXT NOT NULL, person TEXT NOT NULL REFERENCES people(id),
            amount INTEGER NOT NULL CHECK (amount >= 0),
            received INTEGER NOT NULL CHECK (received >= 0),
            at TEXT NOT NULL, UNIQUE (fund, household)) STRICT;
        CREATE TABLE spendings (
            id INTEGER PRIMARY KEY AUTOINCREMENT, fund INTEGER NOT NULL REFERENCES funds(id),
            amount INTEGER NOT NULL CHECK (amount > 0), what TEXT NOT NULL, at TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES people(id)) STRICT;
        CREATE INDEX spendings_by_fund ON spendings(fund);
        """,
    ),
    (
        "c0004_opinions",
        """
        CREATE TABLE opinions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            receipt TEXT NOT NULL UNIQUE, day TEXT NOT NULL, status TEXT NOT NULL,
            text TEXT NOT NULL, estate TEXT, reply TEXT NOT NULL,
            topic INTEGER REFERENCES topics(id)) STRICT;
        CREATE INDEX opinions_by_status ON opinions(status, number);
        """,
    ),
    (
        "c0005_points",
        """
        CREATE TABLE points (
            id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, points INTEGER NOT NULL,
            rule TEXT NOT NULL, version INTEGER NOT NULL, subject TEXT NOT NULL,
            at TEXT NOT NULL, undone INTEGER NOT NULL) STRICT;
        CREATE INDEX points_by_person ON points(person, at);
        CREATE TABLE nominations (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            status TEXT NOT NULL, person TEXT NOT NULL REFERENCES people(id),
            proposer TEXT NOT NULL REFERENCES people(id), story TEXT NOT NULL,
            motion INTEGER REFERENCES motions(id), created_at TEXT NOT NULL,
            published_at TEXT) STRICT;
        CREATE INDEX nominations_by_status ON nominations(status, number);
        """,
    ),
)
