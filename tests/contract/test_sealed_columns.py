"""Every column that holds text is sealed, or somebody has decided that it may lie open."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

from data.sealing import SEALED
from tests.contract.engines import keyed

# In whatever table: what the program chose itself, when, who by his id, and where to the house.
_ANYWHERE = """
    action actions actor against area areas asked_by at award awaiting branch_clerk building
    buildings candidates card category cause channel chat clerk code code_until colour
    community_clerk decided_by decision estate estates events grid handler hash hour hours household
    id issues key keepers kind lease_until level level_reason locked_until message mode nature
    number owner_person owner_team parent parties person placed prev project quarter rating receipt
    reference respondent role route_reason rule scopes sha since skills source stage state status
    subject task team tried type unit until valid_until venue was
    day due arrive_due contact_due done_due good_until name_key phone_key invite_key
"""
ANYWHERE = frozenset(_ANYWHERE.split())
# By table: what is published or said by the office, and why that names nobody.
OPEN: dict[str, frozenset[str]] = {
    "teams": frozenset(("name", "aliases", "categories", "members", "phone", "about")),
    "stations": frozenset(("name", "address", "services", "phone", "about")),
    "grids": frozenset(("name", "title")),
    "places": frozenset(("aliases", "units")),
    "yards": frozenset(("label", "address")),
    "amendments": frozenset(("entry", "before", "value", "diff")),  # of content and settings
    "agreements": frozenset(("commitments",)),
    "bonds": frozenset(("title",)),
    "bulletins": frozenset(("text",)),
    "surveys": frozenset(("title", "questions")),
    "motions": frozenset(("question", "options", "result")),
    "topics": frozenset(("resolution",)),
    "funds": frozenset(("title",)),
    "spendings": frozenset(("what",)),
    "tasks": frozenset(("title",)),
    "projects": frozenset(("title", "budget", "acceptance")),
    "project_parties": frozenset(("who",)),  # the id of a team or a person
    # Facts of somebody whose name lies sealed; they are searched and counted.
    "members": frozenset(("occupation", "times", "tags", "reason")),
    "entries": frozenset(("times", "data")),
    # Codes, numbers and ids; journeys are searched for words in them (test_sealed.py).
    "events": frozenset(("data",)),
    "journal": frozenset(("data",)),
    "rounds": frozenset(("checklist", "data")),
    "occasions": frozenset(("answers",)),
    "attendance": frozenset(("data",)),
    "messages": frozenset(("media", "deferred_until")),
    "staff_log": frozenset(("detail",)),
    "issue_words": frozenset(("words",)),  # masked before they get there
    # Vendors' ids of accounts, by which somebody is recognised and reached.
    "accounts": frozenset(("address",)),
    "outbox": frozenset(("address",)),
    "logins": frozenset(("name", "password")),  # a hash
    "staff_sessions": frozenset(("agent",)),
    "api_tokens": frozenset(("name",)),
    "webhooks": frozenset(("url",)),
    "saved_views": frozenset(("name",)),
    "refusals": frozenset(("reason",)),
    "tokens": frozenset(("name",)),
    "state": frozenset(("name", "value")),
}


def test_every_column_of_text_is_sealed_or_may_lie_open(tmp_path: Path) -> None:
    keyed(f"sqlite:///{tmp_path / 'huying.db'}").close()
    with closing(sqlite3.connect(tmp_path / "huying.db")) as raw:
        listed = raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        ours = [name for (name,) in listed if not name.startswith(("sqlite_", "_", "issue_index"))]
        undecided = {f"{table}.{column}" for table in ours for column in _undecided(raw, table)}
    assert undecided == set()


def _undecided(raw: sqlite3.Connection, table: str) -> set[str]:
    columns = raw.execute(f"PRAGMA table_info({table})").fetchall()
    words = {name for _, name, kind, *_ in columns if kind == "TEXT" and not name.endswith("_at")}
    refer = {row[3] for row in raw.execute(f"PRAGMA foreign_key_list({table})")}
    sealed = set(SEALED[table][1]) if table in SEALED else set()
    return words - refer - sealed - ANYWHERE - OPEN.get(table, frozenset())
