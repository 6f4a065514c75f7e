"""The tables of projects, tasks, agreements, experts' answers and booked times."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "l0001_projects",
        """
        CREATE TABLE projects (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            kind TEXT NOT NULL, title TEXT NOT NULL, stage TEXT NOT NULL, state TEXT NOT NULL,
            team TEXT, person TEXT REFERENCES people(id), budget TEXT NOT NULL,
            acceptance TEXT NOT NULL, estate TEXT, grid TEXT, due TEXT,
            need INTEGER REFERENCES entries(id), offer INTEGER REFERENCES entries(id),
            issue INTEGER REFERENCES issues(id),
            proposer TEXT NOT NULL REFERENCES people(id), created_at TEXT NOT NULL, ended_at TEXT,
            warned INTEGER NOT NULL) STRICT;
        CREATE INDEX projects_by_state ON projects(state, number);
        CREATE INDEX projects_due ON projects(due) WHERE state = 'open' AND warned = 0;
        CREATE INDEX projects_by_issue ON projects(issue) WHERE issue IS NOT NULL;
        CREATE TABLE project_parties (
            project INTEGER NOT NULL REFERENCES projects(id), role TEXT NOT NULL,
            who TEXT NOT NULL, agreed_at TEXT, accepted_at TEXT,
            PRIMARY KEY (project, role, who)) STRICT, WITHOUT ROWID;
        CREATE TABLE followers (
            project INTEGER NOT NULL REFERENCES projects(id),
            person TEXT NOT NULL REFERENCES people(id), since TEXT NOT NULL,
            PRIMARY KEY (project, person)) STRICT, WITHOUT ROWID;
        """,
    ),
    (
        "l0002_tasks",
        """
        CREATE TABLE tasks (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            area TEXT NOT NULL, title TEXT NOT NULL, team TEXT, person TEXT REFERENCES people(id),
            project INTEGER REFERENCES projects(id), due TEXT,
            progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100), state TEXT NOT NULL,
            note TEXT NOT NULL, created_at TEXT NOT NULL, ended_at TEXT,
            warned INTEGER NOT NULL) STRICT;
        CREATE INDEX tasks_by_area ON tasks(area, number);
        CREATE INDEX tasks_by_project ON tasks(project) WHERE project IS NOT NULL;
        CREATE INDEX tasks_due ON tasks(due) WHERE state = 'open' AND warned = 0;
        """,
    ),
    (
        "l0003_agreements",
        """
        CREATE TABLE agreements (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            team TEXT NOT NULL, commitments TEXT NOT NULL, since TEXT NOT NULL,
            until TEXT NOT NULL, clerk TEXT NOT NULL REFERENCES people(id),
            created_at TEXT NOT NULL, ended_at TEXT, warned INTEGER NOT NULL) STRICT;
        CREATE INDEX agreements_by_team ON agreements(team);
        CREATE INDEX agreements_ending ON agreements(until) WHERE ended_at IS NULL;
        """,
    ),
    (
        "l0004_questions",
        """
        CREATE TABLE questions (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            category TEXT NOT NULL, question TEXT NOT NULL, answer TEXT NOT NULL,
            state TEXT NOT NULL, expert TEXT NOT NULL REFERENCES people(id), unit TEXT NOT NULL,
            issue INTEGER REFERENCES issues(id), asked_by TEXT NOT NULL REFERENCES people(id),
            asked_at TEXT NOT NULL, answered_at TEXT, valid_until TEXT) STRICT;
        CREATE INDEX questions_by_category ON questions(category, state);
        CREATE INDEX questions_by_issue ON questions(issue) WHERE issue IS NOT NULL;
        CREATE INDEX questions_ageing ON questions(valid_until) WHERE state = 'answered';
        """,
    ),
    (
        "l0005_bookings",
        """
        CREATE TABLE bookings (
            id INTEGER PRIMARY KEY AUTOINCREMENT, number INTEGER NOT NULL UNIQUE,
            offer INTEGER NOT NULL REFERENCES entries(id), at TEXT NOT NULL,
            seat INTEGER NOT NULL, timed INTEGER NOT NULL,
            person TEXT NOT NULL REFERENCES people(id), need INTEGER REFERENCES entries(id),
            issue INTEGER REFERENCES issues(id), state TEXT NOT NULL, created_at TEXT NOT NULL,
            warned INTEGER NOT NULL) STRICT;
        CREATE UNIQUE INDEX bookings_seats ON bookings(offer, at, seat)
            WHERE state <> 'cancelled';
        CREATE INDEX bookings_by_person ON bookings(person, at);
        CREATE INDEX bookings_to_remind ON bookings(at)
            WHERE state = 'booked' AND timed = 1 AND warned = 0;
        """,
    ),
    (
        "l0006_events_by_action",
        """
        CREATE INDEX events_by_action ON events(action, at);
        CREATE INDEX entries_by_team ON entries(team) WHERE team IS NOT NULL;
        """,
    ),
)
