"""The schema and how it came to be: one list of steps, each applied once, in order, for ever.

Runs inside a write of the caller, so that two processes starting at once do not race. Written as
SQLite has it; data/dialect.py makes PostgreSQL's out of it. Times are TEXT in UTC
(data.database.stamp); lists are JSON text.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Protocol

import sqlite_utils

from data import (
    migrations_console,
    migrations_council,
    migrations_duty,
    migrations_lists,
    migrations_practice,
    migrations_trust,
)

MIGRATIONS = sqlite_utils.Migrations("huying")


class Database(Protocol):
    """What a step works on: sqlite-utils' database, or PostgreSQL's side of the dialect."""

    def execute(self, sql: str, /) -> Any: ...


class SchemaIsNewer(RuntimeError):  # noqa: N818
    """The database was written by a later version of this program: update the program."""


def migrate(db: sqlite_utils.Database) -> None:
    """Bring an SQLite schema up to date."""
    refuse_newer(step.name for step in MIGRATIONS.applied(db))
    MIGRATIONS.apply(db)


def refuse_newer(applied: Iterable[str]) -> None:
    """SchemaIsNewer if the database has been through steps that this program lacks."""
    known = {step.name for step in MIGRATIONS._migrations}
    later = [name for name in applied if name not in known]
    if later:
        raise SchemaIsNewer(f"数据库比程序新（多出 {'、'.join(later)}），请先升级程序")


def _run(db: Database, script: str) -> None:
    """Execute a script statement by statement: executescript would commit the transaction."""
    for statement in script.split(";\n"):
        if statement.strip():
            db.execute(statement)


@MIGRATIONS()
def m0001_roster(db: Database) -> None:
    """Who and where: people, their accounts, the grid, places, teams and units."""
    _run(
        db,
        """
        CREATE TABLE state (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT;
        CREATE TABLE people (
            id TEXT PRIMARY KEY, name TEXT NOT NULL, role TEXT NOT NULL, phone TEXT NOT NULL,
            estate TEXT, building TEXT, unit TEXT, room TEXT, grid TEXT,
            invite TEXT UNIQUE, noticed_at TEXT, created_at TEXT NOT NULL) STRICT;
        CREATE TABLE accounts (
            channel TEXT NOT NULL, address TEXT NOT NULL,
            person TEXT NOT NULL REFERENCES people(id), seen_at TEXT,
            PRIMARY KEY (channel, address)) STRICT, WITHOUT ROWID;
        CREATE INDEX accounts_by_person ON accounts(person);
        CREATE TABLE grids (
            code TEXT PRIMARY KEY, name TEXT NOT NULL, level TEXT NOT NULL,
            parent TEXT, person TEXT) STRICT;
        CREATE TABLE places (
            id INTEGER PRIMARY KEY, estate TEXT NOT NULL, aliases TEXT NOT NULL,
            buildings TEXT NOT NULL, units TEXT NOT NULL, grid TEXT NOT NULL,
            code TEXT NOT NULL) STRICT;
        CREATE TABLE teams (
            code TEXT PRIMARY KEY, name TEXT NOT NULL, aliases TEXT NOT NULL, kind TEXT NOT NULL,
            categories TEXT NOT NULL, skills TEXT NOT NULL, areas TEXT NOT NULL,
            capacity INTEGER, members TEXT NOT NULL, phone TEXT NOT NULL, about TEXT NOT NULL,
            source TEXT NOT NULL) STRICT;
        """,
    )


@MIGRATIONS()
def m0002_loop(db: Database) -> None:
    """What was said and what became of it: messages, issues, their events, dialogs, pushes."""
    _run(
        db,
        """
        CREATE TABLE messages (
            key TEXT PRIMARY KEY, channel TEXT NOT NULL, chat TEXT NOT NULL, person TEXT NOT NULL,
            kind TEXT NOT NULL, text TEXT NOT NULL, media TEXT NOT NULL,
            received_at TEXT NOT NULL, reply TEXT) STRICT, WITHOUT ROWID;
        CREATE INDEX messages_by_person ON messages(person, received_at);
        CREATE TABLE numbers (day TEXT PRIMARY KEY, last INTEGER NOT NULL) STRICT;
        CREATE TABLE issues (
            id INTEGER PRIMARY KEY AUTOINCREMENT, day TEXT NOT NULL, number TEXT NOT NULL,
            status TEXT NOT NULL, category TEXT NOT NULL, nature TEXT NOT NULL,
            level TEXT NOT NULL, text TEXT NOT NULL,
            estate TEXT, building TEXT, unit TEXT, room TEXT, grid TEXT,
            reporter TEXT NOT NULL REFERENCES people(id), channel TEXT NOT NULL,
            chat TEXT NOT NULL, message TEXT NOT NULL,
            owner_team TEXT, owner_person TEXT, handler TEXT, route_reason TEXT NOT NULL,
            confidence REAL NOT NULL, evidence TEXT NOT NULL, candidates TEXT NOT NULL,
            level_reason TEXT NOT NULL, against TEXT NOT NULL,
            created_at TEXT NOT NULL, contact_due TEXT NOT NULL, done_due TEXT NOT NULL,
            accepted_at TEXT, done_at TEXT, closed_at TEXT, result TEXT NOT NULL,
            returns INTEGER NOT NULL, reopens INTEGER NOT NULL, urges INTEGER NOT NULL,
            duty_step INTEGER NOT NULL, rating TEXT,
            UNIQUE (day, number),
            CHECK (owner_team IS NOT NULL OR owner_person IS NOT NULL)) STRICT;
        CREATE INDEX issues_by_number ON issues(number, day);
        CREATE INDEX issues_by_reporter ON issues(reporter, status);
        CREATE INDEX issues_by_team ON issues(owner_team, status);
        CREATE INDEX issues_by_person ON issues(owner_person, status);
        CREATE INDEX issues_by_place ON issues(estate, building, category, status);
        CREATE INDEX issues_by_status ON issues(status, done_due);
        CREATE TABLE events (
            issue INTEGER NOT NULL REFERENCES issues(id), seq INTEGER NOT NULL,
            at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, status TEXT NOT NULL,
            note TEXT NOT NULL, data TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL,
            PRIMARY KEY (issue, seq)) STRICT, WITHOUT ROWID;
        CREATE TABLE sessions (
            channel TEXT NOT NULL, chat TEXT NOT NULL, person TEXT NOT NULL,
            awaiting TEXT NOT NULL, asked INTEGER NOT NULL, draft TEXT NOT NULL,
            expires_at TEXT NOT NULL, PRIMARY KEY (channel, chat, person)) STRICT, WITHOUT ROWID;
        CREATE INDEX sessions_by_expiry ON sessions(expires_at);
        CREATE TABLE outbox (
            id INTEGER PRIMARY KEY AUTOINCREMENT, key TEXT NOT NULL UNIQUE, issue INTEGER,
            person TEXT NOT NULL, channel TEXT NOT NULL, address TEXT NOT NULL,
            text TEXT NOT NULL, urgent INTEGER NOT NULL, status TEXT NOT NULL,
            attempts INTEGER NOT NULL, next_at TEXT NOT NULL, lease_until TEXT,
            in_doubt INTEGER NOT NULL, cause TEXT NOT NULL, created_at TEXT NOT NULL,
            sent_at TEXT) STRICT;
        CREATE INDEX outbox_due ON outbox(next_at) WHERE status = 'queued';
        CREATE INDEX outbox_leased ON outbox(lease_until) WHERE status = 'sending';
        CREATE INDEX outbox_by_issue ON outbox(issue);
        CREATE TABLE tokens (
            name TEXT PRIMARY KEY, value TEXT NOT NULL, expires_at TEXT NOT NULL) STRICT;
        CREATE TABLE phone_lines (
            id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, chat TEXT NOT NULL,
            sender TEXT NOT NULL, mine INTEGER NOT NULL, kind TEXT NOT NULL, text TEXT NOT NULL,
            at TEXT NOT NULL, push INTEGER UNIQUE) STRICT;
        """,
    )


@MIGRATIONS()
def m0003_together(db: Database) -> None:
    """The same thing said by several people, and what the classifier was taught."""
    _run(
        db,
        """
        ALTER TABLE issues ADD COLUMN parent INTEGER REFERENCES issues(id);
        CREATE INDEX issues_by_parent ON issues(parent) WHERE parent IS NOT NULL;
        CREATE INDEX people_by_name ON people(name) WHERE name <> '';
        CREATE INDEX issues_by_chat ON issues(chat, created_at) WHERE chat <> '';
        CREATE TABLE reporters (
            issue INTEGER NOT NULL REFERENCES issues(id),
            person TEXT NOT NULL REFERENCES people(id),
            at TEXT NOT NULL, text TEXT NOT NULL,
            PRIMARY KEY (issue, person)) STRICT, WITHOUT ROWID;
        CREATE INDEX reporters_by_person ON reporters(person);
        CREATE TABLE lessons (
            id INTEGER PRIMARY KEY, issue INTEGER NOT NULL REFERENCES issues(id),
            text TEXT NOT NULL, code TEXT NOT NULL, was TEXT NOT NULL, person TEXT NOT NULL,
            at TEXT NOT NULL, active INTEGER NOT NULL) STRICT;
        """,
    )


@MIGRATIONS()
def m0004_time(db: Database) -> None:
    """What has been said of an issue's lateness."""
    _run(
        db,
        """
        ALTER TABLE issues ADD COLUMN card TEXT NOT NULL DEFAULT '';
        ALTER TABLE issues ADD COLUMN warned INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX events_of_callbacks ON events(at) WHERE action IN ('satisfied', 'reopen');
        """,
    )


@MIGRATIONS()
def m0005_cooperation(db: Database) -> None:
    """Teams that work along, and what awaits approval."""
    _run(
        db,
        """
        ALTER TABLE issues ADD COLUMN paused_at TEXT;
        CREATE TABLE parties (
            issue INTEGER NOT NULL REFERENCES issues(id), team TEXT NOT NULL, kind TEXT NOT NULL,
            leads INTEGER NOT NULL, asked_by TEXT NOT NULL, asked_at TEXT NOT NULL,
            arrive_due TEXT NOT NULL, arrived_at TEXT, done_due TEXT NOT NULL, done_at TEXT,
            note TEXT NOT NULL, warned INTEGER NOT NULL,
            PRIMARY KEY (issue, team)) STRICT, WITHOUT ROWID;
        CREATE INDEX parties_open ON parties(arrive_due) WHERE done_at IS NULL;
        CREATE INDEX parties_by_team ON parties(team, issue);
        CREATE TABLE approvals (
            id INTEGER PRIMARY KEY, issue INTEGER NOT NULL REFERENCES issues(id),
            kind TEXT NOT NULL, person TEXT NOT NULL, reason TEXT NOT NULL, days INTEGER NOT NULL,
            at TEXT NOT NULL, decision TEXT NOT NULL, decided_by TEXT, decided_at TEXT) STRICT;
        CREATE INDEX approvals_by_issue ON approvals(issue, decision);
        """,
    )


@MIGRATIONS()
def m0006_buttons(db: Database) -> None:
    """What a push offers to be tapped."""
    _run(
        db,
        """
        ALTER TABLE outbox ADD COLUMN actions TEXT NOT NULL DEFAULT '[]';
        ALTER TABLE phone_lines ADD COLUMN actions TEXT NOT NULL DEFAULT '[]';
        """,
    )


@MIGRATIONS()
def m0007_channels(db: Database) -> None:
    """What a push has been through, and the cards that can still be changed."""
    _run(
        db,
        """
        ALTER TABLE outbox ADD COLUMN step INTEGER;
        ALTER TABLE outbox ADD COLUMN tried TEXT NOT NULL DEFAULT '[]';
        CREATE INDEX outbox_held ON outbox(channel, address) WHERE status = 'held';
        CREATE INDEX outbox_by_address ON outbox(channel, address, sent_at)
            WHERE sent_at IS NOT NULL;
        CREATE TABLE cards (
            push INTEGER PRIMARY KEY REFERENCES outbox(id), task TEXT NOT NULL UNIQUE,
            code TEXT NOT NULL, good_until TEXT NOT NULL, next_at TEXT NOT NULL) STRICT;
        CREATE INDEX cards_open ON cards(next_at) WHERE code <> '';
        """,
    )


@MIGRATIONS()
def m0007_api(db: Database) -> None:
    """Programs that read and write: their tokens, one order of all events, where to send them."""
    _run(
        db,
        """
        CREATE TABLE api_tokens (
            id INTEGER PRIMARY KEY AUTOINCREMENT, name TEXT NOT NULL, hash TEXT NOT NULL UNIQUE,
            scopes TEXT NOT NULL, person TEXT NOT NULL REFERENCES people(id),
            created_at TEXT NOT NULL, expires_at TEXT, revoked_at TEXT, used_at TEXT) STRICT;
        CREATE UNIQUE INDEX api_tokens_by_name ON api_tokens(name) WHERE revoked_at IS NULL;
        CREATE TABLE feed (
            cursor INTEGER PRIMARY KEY AUTOINCREMENT,
            issue INTEGER NOT NULL REFERENCES issues(id), seq INTEGER NOT NULL) STRICT;
        CREATE UNIQUE INDEX feed_by_event ON feed(issue, seq);
        INSERT INTO feed (issue, seq) SELECT issue, seq FROM events ORDER BY at, issue, seq;
        CREATE TABLE webhooks (
            id INTEGER PRIMARY KEY AUTOINCREMENT, token INTEGER NOT NULL REFERENCES api_tokens(id),
            url TEXT NOT NULL, events TEXT NOT NULL, personal INTEGER NOT NULL,
            secret TEXT NOT NULL, after INTEGER NOT NULL, created_at TEXT NOT NULL,
            closed_at TEXT, cause TEXT NOT NULL) STRICT;
        """,
    )


@MIGRATIONS()
def m0008_service(db: Database) -> None:
    """Where a request came from and how it is met."""
    _run(
        db,
        """
        ALTER TABLE issues ADD COLUMN source TEXT NOT NULL DEFAULT 'asked';
        ALTER TABLE issues ADD COLUMN mode TEXT NOT NULL DEFAULT 'visit';
        """,
    )


def _follow(name: str, script: str) -> None:
    """A step that is nothing but its script."""

    @MIGRATIONS(name=name)
    def step(db: Database) -> None:
        _run(db, script)


for _name, _script in (
    *migrations_practice.STEPS,
    *migrations_console.STEPS,
    *migrations_lists.STEPS,
    *migrations_council.STEPS,
    *migrations_duty.STEPS,
):
    _follow(_name, _script)


@MIGRATIONS()
def m0008_media(db: Database) -> None:
    """Files that messages brought along, and callbacks that were turned away at the door."""
    _run(
        db,
        """
        CREATE TABLE media (
            id INTEGER PRIMARY KEY AUTOINCREMENT, issue INTEGER REFERENCES issues(id),
            message TEXT NOT NULL, person TEXT NOT NULL REFERENCES people(id),
            channel TEXT NOT NULL, reference TEXT NOT NULL, kind TEXT NOT NULL,
            status TEXT NOT NULL, cause TEXT NOT NULL, attempts INTEGER NOT NULL,
            next_at TEXT NOT NULL, lease_until TEXT, at TEXT NOT NULL, sha TEXT NOT NULL,
            type TEXT NOT NULL, width INTEGER NOT NULL, height INTEGER NOT NULL,
            bytes INTEGER NOT NULL, UNIQUE (message, reference)) STRICT;
        CREATE INDEX media_due ON media(next_at) WHERE status = 'waiting';
        CREATE INDEX media_by_issue ON media(issue);
        CREATE INDEX media_by_sha ON media(sha) WHERE sha <> '';
        CREATE INDEX media_loose ON media(person, at) WHERE issue IS NULL;
        CREATE TABLE refusals (
            channel TEXT NOT NULL, reason TEXT NOT NULL, hour TEXT NOT NULL,
            count INTEGER NOT NULL, last_at TEXT NOT NULL,
            PRIMARY KEY (channel, reason, hour)) STRICT, WITHOUT ROWID;
        """,
    )


@MIGRATIONS()
def m0009_message_of_an_issue(db: Database) -> None:
    """What a message became is looked up with every message."""
    _run(db, "CREATE INDEX issues_by_message ON issues(message)")


for _name, _script in migrations_trust.STEPS:
    _follow(_name, _script)
