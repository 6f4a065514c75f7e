"""Keys: shown once, kept as a hash, good only as long and as far as they were given."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from data.database import Database
from data.settings import ROOT
from desk import api_tokens
from desk.imports import import_sample
from tests.contract.engines import keyed
from tests.journey.town import MORNING


@pytest.fixture
def db(tmp_path: Path) -> Iterator[Database]:
    database = keyed(f"sqlite:///{tmp_path / 'huying.db'}")
    import_sample(database, ROOT / "data" / "content" / "community", MORNING)
    yield database
    database.close()


def test_a_key_opens_for_its_person_and_is_nowhere_in_the_database(
    db: Database, tmp_path: Path
) -> None:
    with db.write() as tx:
        made, secret = api_tokens.make(tx, "city", "wangfang", ["write", "read"], MORNING)
        held = api_tokens.holder(tx, secret, MORNING)
    assert made.scopes == ("read", "write")
    assert held is not None
    assert (held[0].name, held[1].name) == ("city", "王芳")
    stored = [path.read_bytes() for path in tmp_path.glob("huying.db*")]
    assert any(made.hash.encode() in part for part in stored)
    assert not any(secret.encode() in part for part in stored)


def test_two_keys_are_never_alike(db: Database) -> None:
    with db.write() as tx:
        secrets = {api_tokens.make(tx, f"k{i}", None, ["read"], MORNING)[1] for i in range(50)}
    assert len(secrets) == 50
    assert all(len(secret) >= 50 for secret in secrets)


def test_without_a_person_it_acts_for_the_secretary(db: Database) -> None:
    with db.write() as tx:
        made, _ = api_tokens.make(tx, "city", None, ["read"], MORNING)
    assert made.person == "gaojianmin"


def test_a_key_runs_out(db: Database) -> None:
    with db.write() as tx:
        _, secret = api_tokens.make(tx, "city", None, ["read"], MORNING, days=1)
        just_before = MORNING + timedelta(days=1, seconds=-1)
        assert api_tokens.holder(tx, secret, just_before) is not None
        assert api_tokens.holder(tx, secret, MORNING + timedelta(days=1)) is None


def test_a_revoked_key_is_good_for_nothing_and_its_name_is_free(db: Database) -> None:
    with db.write() as tx:
        _, secret = api_tokens.make(tx, "city", None, ["read"], MORNING)
        with pytest.raises(api_tokens.NameTaken):
            api_tokens.make(tx, "city", None, ["read"], MORNING)
        assert api_tokens.revoke(tx, "city", MORNING)
        assert not api_tokens.revoke(tx, "city", MORNING)
        assert api_tokens.holder(tx, secret, MORNING) is None
        _, other = api_tokens.make(tx, "city", None, ["read"], MORNING)
        assert api_tokens.holder(tx, other, MORNING) is not None


def test_nobody_gets_a_key_for_somebody_unknown(db: Database) -> None:
    with db.write() as tx, pytest.raises(api_tokens.NoSuchPerson):
        api_tokens.make(tx, "city", "nobody", ["read"], MORNING)


def test_the_last_use_is_remembered_but_not_at_every_request(db: Database) -> None:
    with db.write() as tx:
        made, secret = api_tokens.make(tx, "city", None, ["read"], MORNING)
    api_tokens.note_use(db, made, MORNING)
    for minutes in (1, 9, 10):
        with db.read() as tx:
            held = api_tokens.holder(tx, secret, MORNING)
        assert held is not None
        assert held[0].used_at == MORNING
        api_tokens.note_use(db, held[0], MORNING + timedelta(minutes=minutes))
    with db.read() as tx:
        held = api_tokens.holder(tx, secret, MORNING)
    assert held is not None
    assert held[0].used_at == MORNING + timedelta(minutes=10)
