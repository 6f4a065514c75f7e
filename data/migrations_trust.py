"""What consent, retention and encryption need: steps that follow those of data/migrations.py."""

from __future__ import annotations

STEPS: tuple[tuple[str, str], ...] = (
    (
        "t0001_consent",
        """
        ALTER TABLE people ADD COLUMN withdrawn_at TEXT;
        ALTER TABLE people ADD COLUMN erase_at TEXT;
        CREATE INDEX people_to_erase ON people(id) WHERE erase_at IS NOT NULL;
        ALTER TABLE issues ADD COLUMN held_at TEXT;
        ALTER TABLE issues ADD COLUMN anonymous_at TEXT;
        CREATE INDEX issues_to_anonymise ON issues(closed_at) WHERE anonymous_at IS NULL;
        ALTER TABLE messages ADD COLUMN issue INTEGER;
        UPDATE messages SET issue = (SELECT MIN(i.id) FROM issues i WHERE i.message = messages.key);
        CREATE INDEX messages_by_time ON messages(received_at);
        CREATE INDEX messages_by_issue ON messages(issue) WHERE issue IS NOT NULL;
        CREATE INDEX outbox_wordy ON outbox(created_at) WHERE text <> '';
        CREATE INDEX outbox_by_person ON outbox(person);
        """,
    ),
    (
        # Names are sealed: they are found by their keyed hash (data/sealing.py).
        "t0002_sealing",
        """
        DROP INDEX people_by_name;
        ALTER TABLE people ADD COLUMN name_key TEXT NOT NULL DEFAULT '';
        ALTER TABLE people ADD COLUMN phone_key TEXT NOT NULL DEFAULT '';
        ALTER TABLE people ADD COLUMN invite_key TEXT NOT NULL DEFAULT '';
        UPDATE people SET name_key = name, phone_key = phone, invite_key = COALESCE(invite, '');
        CREATE INDEX people_by_name ON people(name_key) WHERE name_key <> '';
        CREATE INDEX people_by_phone ON people(phone_key) WHERE phone_key <> '';
        CREATE INDEX people_by_invite ON people(invite_key) WHERE invite_key <> '';
        """,
    ),
    (
        # Messages that came too fast, to be handled when there is time; what /metrics counts.
        "t0003_limits",
        """
        ALTER TABLE messages ADD COLUMN deferred INTEGER NOT NULL DEFAULT 0;
        CREATE INDEX messages_deferred ON messages(received_at) WHERE deferred = 1;
        CREATE INDEX messages_by_chat ON messages(chat, received_at) WHERE chat <> '';
        CREATE INDEX outbox_lost ON outbox(status) WHERE status IN ('dead', 'doubt');
        """,
    ),
    (
        # Figures are counted in memory (desk/columns.py): 17 columns of index served nobody. And
        # the same thing is looked for at its building.
        "t0004_leaner",
        """
        DROP INDEX issues_for_figures;
        CREATE INDEX issues_by_time ON issues(created_at);
        DROP INDEX issues_open_at;
        CREATE INDEX issues_open_at ON issues(estate, building, category, id)
            WHERE status IN ('assigned', 'accepted');
        """,
    ),
    (
        # In a rush new requests wait for a moment, others for a minute. And the next push is
        # found at once, however many wait.
        "t0005_rush",
        """
        ALTER TABLE messages ADD COLUMN deferred_until TEXT;
        UPDATE messages SET deferred_until = received_at WHERE deferred = 1;
        DROP INDEX messages_deferred;
        ALTER TABLE messages DROP COLUMN deferred;
        CREATE INDEX messages_deferred ON messages(deferred_until)
            WHERE deferred_until IS NOT NULL;
        CREATE INDEX messages_deferred_of ON messages(person, deferred_until)
            WHERE deferred_until IS NOT NULL;
        DROP INDEX outbox_due;
        CREATE INDEX outbox_due ON outbox(urgent, next_at, id) WHERE status = 'queued';
        """,
    ),
)
