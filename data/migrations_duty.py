"""The tables of yards, stations, notices, elder cards and questionnaires, in the idiom of
data/migrations_practice.py."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "d0001_yards",
        """
        CREATE TABLE yards (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            code TEXT NOT NULL UNIQUE, label TEXT NOT NULL, estate TEXT, building TEXT,
            address TEXT NOT NULL, grid TEXT NOT NULL, landlord TEXT REFERENCES people(id),
            colour TEXT NOT NULL, stars INTEGER NOT NULL, reason TEXT NOT NULL,
            changed_at TEXT NOT NULL) STRICT;
        CREATE INDEX yards_by_grid ON yards(grid, colour);
        CREATE INDEX yards_by_landlord ON yards(landlord);
        ALTER TABLE grids ADD COLUMN title TEXT NOT NULL DEFAULT '';
        """,
    ),
    (
        "d0002_stations",
        """
        CREATE TABLE stations (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            name TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, estate TEXT, building TEXT,
            address TEXT NOT NULL, grid TEXT, hours TEXT NOT NULL, services TEXT NOT NULL,
            phone TEXT NOT NULL, team TEXT, keepers TEXT NOT NULL, about TEXT NOT NULL) STRICT;
        CREATE INDEX stations_by_kind ON stations(kind);
        """,
    ),
    (
        "d0003_bulletins",
        """
        CREATE TABLE bulletins (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            text TEXT NOT NULL, estate TEXT, grid TEXT,
            sender TEXT NOT NULL REFERENCES people(id), at TEXT NOT NULL,
            round INTEGER REFERENCES rounds(id)) STRICT;
        CREATE TABLE bulletin_readers (
            bulletin INTEGER NOT NULL REFERENCES bulletins(id),
            person TEXT NOT NULL REFERENCES people(id), read_at TEXT,
            PRIMARY KEY (bulletin, person)) STRICT, WITHOUT ROWID;
        CREATE INDEX bulletins_unread ON bulletin_readers(person) WHERE read_at IS NULL;
        """,
    ),
    (
        "d0004_elder_cards",
        """
        CREATE TABLE elder_cards (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            person TEXT NOT NULL UNIQUE REFERENCES people(id), born INTEGER NOT NULL,
            groups TEXT NOT NULL, issued_at TEXT NOT NULL, ended_at TEXT) STRICT;
        """,
    ),
    (
        "d0005_surveys",
        """
        CREATE TABLE surveys (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            title TEXT NOT NULL, questions TEXT NOT NULL, estate TEXT,
            proposer TEXT NOT NULL REFERENCES people(id), created_at TEXT NOT NULL,
            closed_at TEXT) STRICT;
        CREATE TABLE survey_answers (
            survey INTEGER NOT NULL REFERENCES surveys(id), respondent TEXT NOT NULL,
            answers TEXT NOT NULL, source TEXT NOT NULL, at TEXT NOT NULL,
            PRIMARY KEY (survey, respondent)) STRICT, WITHOUT ROWID;
        """,
    ),
)
