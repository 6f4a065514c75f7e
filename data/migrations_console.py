"""The tables of the staff console, in the idiom of data/migrations_practice.py."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "c0001_console",
        """
        CREATE TABLE logins (
            person TEXT PRIMARY KEY REFERENCES people(id), name TEXT NOT NULL UNIQUE,
            password TEXT NOT NULL, code TEXT NOT NULL, code_until TEXT,
            totp TEXT NOT NULL, totp_step INTEGER NOT NULL,
            failures INTEGER NOT NULL, locked_until TEXT, disabled_at TEXT,
            created_at TEXT NOT NULL) STRICT;
        CREATE TABLE staff_sessions (
            hash TEXT PRIMARY KEY, person TEXT NOT NULL REFERENCES logins(person),
            created_at TEXT NOT NULL, seen_at TEXT NOT NULL, ends_at TEXT NOT NULL,
            agent TEXT NOT NULL) STRICT;
        CREATE INDEX staff_sessions_by_person ON staff_sessions(person);
        CREATE TABLE staff_log (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, person TEXT NOT NULL,
            action TEXT NOT NULL, detail TEXT NOT NULL) STRICT;
        CREATE TABLE saved_views (
            id INTEGER PRIMARY KEY AUTOINCREMENT, person TEXT NOT NULL, name TEXT NOT NULL,
            query TEXT NOT NULL, UNIQUE (person, name)) STRICT;
        CREATE INDEX issues_by_grid ON issues(grid, id);
        CREATE INDEX issues_by_category ON issues(category, id);
        CREATE INDEX issues_of_status ON issues(status, id);
        CREATE INDEX issues_of_level ON issues(level, id);
        CREATE INDEX issues_returned ON issues(id) WHERE returns > 0;
        CREATE INDEX issues_reopened ON issues(id) WHERE reopens > 0;
        CREATE INDEX issues_for_figures ON issues(created_at, day, category, grid, estate,
            owner_team, owner_person, level, status, accepted_at, done_at, done_due,
            returns, reopens, parent, reporter, against);
        CREATE INDEX events_of_answers ON events(at)
            WHERE action IN ('satisfied', 'reopen', 'dissatisfied');
        """,
    ),
    (
        # The words of issues as data/tables/search.py writes them, and SQLite's index over them;
        # data/dialect.py has PostgreSQL's in its place.
        "c0002_search",
        """
        CREATE TABLE issue_words (
            issue INTEGER PRIMARY KEY REFERENCES issues(id), words TEXT NOT NULL) STRICT;
        CREATE VIRTUAL TABLE issue_index USING fts5(
            words, content='issue_words', content_rowid='issue');
        CREATE TRIGGER issue_words_added AFTER INSERT ON issue_words BEGIN
            INSERT INTO issue_index(rowid, words) VALUES (new.issue, new.words); END;
        CREATE TRIGGER issue_words_gone AFTER DELETE ON issue_words BEGIN
            INSERT INTO issue_index(issue_index, rowid, words)
            VALUES ('delete', old.issue, old.words); END;
        CREATE TRIGGER issue_words_changed AFTER UPDATE ON issue_words BEGIN
            INSERT INTO issue_index(issue_index, rowid, words)
            VALUES ('delete', old.issue, old.words); INSERT INTO issue_index(rowid, words)
            VALUES (new.issue, new.words); END;
        """,
    ),
    (
        "c0003_amendments",
        """
        CREATE TABLE amendments (
            id INTEGER PRIMARY KEY AUTOINCREMENT, at TEXT NOT NULL, person TEXT NOT NULL,
            area TEXT NOT NULL, entry TEXT NOT NULL, before TEXT NOT NULL, value TEXT NOT NULL,
            diff TEXT NOT NULL, undoes INTEGER) STRICT;
        CREATE INDEX amendments_by_entry ON amendments(area, entry, id);
        """,
    ),
    (
        "c0004_points",
        """
        ALTER TABLE places ADD COLUMN lat REAL;
        ALTER TABLE places ADD COLUMN lng REAL;
        """,
    ),
    (
        # Where the same thing may have been said before: few are open, however many there were.
        "c0005_open_at",
        """
        CREATE INDEX issues_open_at ON issues(estate, category, id)
            WHERE status IN ('assigned', 'accepted');
        """,
    ),
)
