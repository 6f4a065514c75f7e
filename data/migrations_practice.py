"""The tables of the community's practices: steps that follow those of data/migrations.py.

One script a step, in the same idiom: STRICT tables, TEXT times in UTC, JSON text, and nothing that
SQLite and PostgreSQL do not both know. A new area adds a step at the end; none is ever changed.
"""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "p0001_journal",
        """
        CREATE TABLE journal (
            kind TEXT NOT NULL, subject TEXT NOT NULL, seq INTEGER NOT NULL,
            at TEXT NOT NULL, actor TEXT NOT NULL, action TEXT NOT NULL, status TEXT NOT NULL,
            note TEXT NOT NULL, data TEXT NOT NULL, prev TEXT NOT NULL, hash TEXT NOT NULL,
            PRIMARY KEY (kind, subject, seq)) STRICT, WITHOUT ROWID;
        CREATE INDEX journal_by_action ON journal(kind, action, at);
        CREATE INDEX journal_by_actor ON journal(actor, at);
        """,
    ),
    (
        "p0002_listing",
        """
        CREATE TABLE entries (
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, number INTEGER NOT NULL,
            status TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
            category TEXT NOT NULL, skills TEXT NOT NULL, times TEXT NOT NULL,
            estate TEXT, building TEXT, grid TEXT,
            proposer TEXT NOT NULL REFERENCES people(id), beneficiary TEXT REFERENCES people(id),
            team TEXT, issue INTEGER REFERENCES issues(id),
            capacity INTEGER NOT NULL CHECK (capacity > 0),
            created_at TEXT NOT NULL, listed_at TEXT, valid_until TEXT, warned INTEGER NOT NULL,
            data TEXT NOT NULL,
            UNIQUE (kind, number)) STRICT;
        CREATE INDEX entries_by_status ON entries(kind, status, listed_at);
        CREATE UNIQUE INDEX entries_by_issue ON entries(issue) WHERE issue IS NOT NULL;
        CREATE INDEX entries_by_proposer ON entries(proposer);
        CREATE TABLE claims (
            id INTEGER PRIMARY KEY AUTOINCREMENT, entry INTEGER NOT NULL REFERENCES entries(id),
            person TEXT NOT NULL REFERENCES people(id), team TEXT,
            source INTEGER REFERENCES entries(id),
            count INTEGER NOT NULL CHECK (count > 0), state TEXT NOT NULL,
            claimed_at TEXT NOT NULL, until TEXT, delivered_at TEXT, confirmed_at TEXT,
            warned INTEGER NOT NULL, note TEXT NOT NULL) STRICT;
        CREATE UNIQUE INDEX claims_held ON claims(entry, person)
            WHERE state IN ('claimed', 'delivered');
        CREATE INDEX claims_by_entry ON claims(entry);
        CREATE INDEX claims_by_person ON claims(person, state);
        CREATE INDEX claims_by_source ON claims(source) WHERE source IS NOT NULL;
        CREATE INDEX claims_due ON claims(until) WHERE state = 'claimed';
        """,
    ),
    (
        "p0003_rounds",
        """
        CREATE TABLE rounds (
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, number INTEGER NOT NULL,
            title TEXT NOT NULL, person TEXT NOT NULL REFERENCES people(id), team TEXT,
            target TEXT REFERENCES people(id), estate TEXT, building TEXT, grid TEXT,
            rule TEXT NOT NULL, next_at TEXT, remind_hours INTEGER NOT NULL,
            grace_hours INTEGER NOT NULL, capacity INTEGER, checklist TEXT NOT NULL,
            created_at TEXT NOT NULL, ended_at TEXT, data TEXT NOT NULL,
            UNIQUE (kind, number)) STRICT;
        CREATE INDEX rounds_due ON rounds(next_at) WHERE ended_at IS NULL;
        CREATE INDEX rounds_by_person ON rounds(person, kind);
        CREATE TABLE occasions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, round INTEGER NOT NULL REFERENCES rounds(id),
            at TEXT NOT NULL, remind_at TEXT NOT NULL, lapses_at TEXT NOT NULL,
            state TEXT NOT NULL,
            person TEXT, done_at TEXT, note TEXT NOT NULL, answers TEXT NOT NULL,
            warned INTEGER NOT NULL, UNIQUE (round, at)) STRICT;
        CREATE INDEX occasions_planned ON occasions(lapses_at) WHERE state = 'planned';
        CREATE INDEX occasions_to_remind ON occasions(remind_at)
            WHERE state = 'planned' AND warned = 0;
        CREATE TABLE attendance (
            occasion INTEGER NOT NULL REFERENCES occasions(id),
            person TEXT NOT NULL REFERENCES people(id), state TEXT NOT NULL,
            signed_at TEXT NOT NULL, came_at TEXT, clerk TEXT, data TEXT NOT NULL,
            PRIMARY KEY (occasion, person)) STRICT, WITHOUT ROWID;
        CREATE INDEX attendance_by_person ON attendance(person);
        """,
    ),
    (
        "p0004_motions",
        """
        CREATE TABLE motions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            question TEXT NOT NULL, options TEXT NOT NULL, estate TEXT, grid TEXT,
            households INTEGER NOT NULL CHECK (households > 0),
            quorum INTEGER NOT NULL CHECK (quorum > 0), status TEXT NOT NULL,
            proposer TEXT NOT NULL REFERENCES people(id), created_at TEXT NOT NULL,
            closes_at TEXT NOT NULL, result TEXT NOT NULL) STRICT;
        CREATE INDEX motions_open ON motions(closes_at) WHERE status = 'open';
        CREATE TABLE ballots (
            motion INTEGER NOT NULL REFERENCES motions(id), household TEXT NOT NULL,
            choice INTEGER NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (motion, household)) STRICT, WITHOUT ROWID;
        """,
    ),
    (
        "p0005_members",
        """
        CREATE TABLE members (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            person TEXT NOT NULL UNIQUE REFERENCES people(id), state TEXT NOT NULL,
            team TEXT, unit TEXT NOT NULL, occupation TEXT NOT NULL, skills TEXT NOT NULL,
            times TEXT NOT NULL, tags TEXT NOT NULL, grid TEXT, placed TEXT,
            reason TEXT NOT NULL, applicant TEXT REFERENCES people(id), source TEXT NOT NULL,
            created_at TEXT NOT NULL, community_at TEXT, community_clerk TEXT,
            branch_at TEXT, branch_clerk TEXT) STRICT;
        CREATE INDEX members_by_team ON members(team);
        CREATE INDEX members_by_state ON members(state, id);
        CREATE TABLE bonds (
            id INTEGER PRIMARY KEY AUTOINCREMENT, kind TEXT NOT NULL, title TEXT NOT NULL,
            person TEXT REFERENCES people(id), team TEXT, target TEXT REFERENCES people(id),
            estate TEXT, building TEXT, unit TEXT, since TEXT NOT NULL, until TEXT,
            CHECK (person IS NOT NULL OR team IS NOT NULL)) STRICT;
        CREATE INDEX bonds_by_place ON bonds(estate, building);
        CREATE INDEX bonds_by_person ON bonds(person, kind);
        """,
    ),
)
