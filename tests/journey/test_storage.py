"""A community's whole store: backed up while it works, rehearsed elsewhere, moved to PostgreSQL."""

from __future__ import annotations

import shutil
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from data.database import open_driver
from desk import audit
from tests.contract.engines import ENGINES
from tests.journey.command_line import command
from tests.journey.town import Town

REPORT = "泉馨苑3号楼2单元的楼道灯坏了"
NAMES = ("people", "accounts", "messages", "issues", "events", "feed", "outbox", "teams", "state")


def held(url: str) -> Mapping[str, list[dict[str, Any]]]:
    """As it lies there: sealed."""
    with closing(open_driver(url)) as store, store.transaction("read") as tx:
        return {
            name: tx.execute(f"SELECT * FROM {name} ORDER BY 1, 2", {}).fetchall() for name in NAMES
        }


@pytest.fixture(params=ENGINES)
def elsewhere(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty store."""
    (tmp_path / "elsewhere").mkdir()
    return ENGINES[request.param](tmp_path / "elsewhere")


def test_a_community_moves_and_goes_on(town: Town, tmp_path: Path, elsewhere: str) -> None:
    town.say("李秀兰", REPORT)
    before = held(town.runtime.settings.url)
    done = command(tmp_path, "migrate", "--to", elsewhere)
    assert done.returncode == 0, done.stderr
    assert "两边一致" in done.stdout
    assert held(elsewhere) == before
    again = command(tmp_path, "migrate", "--to", elsewhere)
    assert again.returncode == 1
    assert "不是空的" in again.stderr

    (tmp_path / "new").mkdir()
    shutil.copy(tmp_path / "secret.key", tmp_path / "new")
    there = Town(tmp_path / "new", options={"database_url": elsewhere})
    there.say("张伟", "八家巷5号楼门禁坏了")
    first, second = there.issues()
    assert (first.text, second.id, second.number[-3:]) == (REPORT, first.id + 1, "-02")
    assert list(audit.verify(there.runtime.db)) == []
    there.runtime.db.close()


def test_a_backup_is_restored_wherever_it_is_needed(
    town: Town, tmp_path: Path, elsewhere: str
) -> None:
    """The rehearsal: what was there at the backup, from a file that is whole by itself."""
    town.say("李秀兰", REPORT)
    before = held(town.runtime.settings.url)
    file = tmp_path / "backup.db"
    assert command(tmp_path, "backup", str(file)).returncode == 0
    town.say("张伟", "八家巷5号楼门禁坏了")
    assert command(tmp_path, "backup", str(file)).returncode == 1, "a backup is not overwritten"
    kept = file.read_bytes()
    done = command(tmp_path, "restore", str(file), HUYING_DATABASE_URL=elsewhere)
    assert done.returncode == 0, done.stderr
    assert held(elsewhere) == before
    assert file.read_bytes() == kept
    assert not list(tmp_path.glob("backup.db-*"))
    over = command(tmp_path, "restore", str(file))
    assert (over.returncode, "不是空的" in over.stderr) == (1, True)


def test_a_backup_is_made_of_either_store(tmp_path: Path, elsewhere: str) -> None:
    with closing(Town(tmp_path / "t", options={"database_url": elsewhere}).runtime.db):
        pass
    file = tmp_path / "backup.db"
    done = command(tmp_path, "backup", str(file), HUYING_DATABASE_URL=elsewhere)
    assert done.returncode == 0, done.stderr
    assert held(f"sqlite:///{file}") == held(elsewhere)


def test_what_is_no_backup_is_refused(tmp_path: Path) -> None:
    file = tmp_path / "backup.db"
    file.write_text("no database", encoding="utf-8")
    done = command(tmp_path / "run", "restore", str(file))
    assert done.returncode == 2
    assert done.stderr.startswith("错误：")


@pytest.mark.parametrize(
    "address",
    ["postgresql://huying:hush@db.example/huying", "postgresql:///huying?user=a&password=hush&x=1"],
)
def test_a_password_is_not_shown(tmp_path: Path, address: str) -> None:
    done = command(tmp_path, "settings", HUYING_DATABASE_URL=address)
    assert "postgresql://" in done.stdout
    assert "***" in done.stdout
    assert "hush" not in done.stdout + done.stderr
