"""token add, list, revoke."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from cli.tokens import token
from data.database import Database
from data.settings import Settings
from desk import api_tokens


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.delenv("HUYING_DATABASE_URL", raising=False)
    monkeypatch.setenv("HUYING_DATA_DIR", str(tmp_path))
    return tmp_path


def run(*words: str) -> Result:
    return CliRunner().invoke(token, list(words))


def test_a_key_is_shown_once_and_opens(folder: Path) -> None:
    made = run("add", "市平台", "--scope", "read", "--scope", "write", "--person", "songwei")
    assert made.exit_code == 0, made.output
    secret = made.stdout.strip()
    with Database.of(Settings(data_dir=folder)).read() as tx:
        held = api_tokens.holder(tx, secret, datetime.now(UTC))
    assert held is not None
    assert (held[1].name, held[0].scopes) == ("宋伟", ("read", "write"))
    listed = run("list")
    assert "市平台\t替 songwei\tread、write\t不失效\t没用过" in listed.output
    assert secret not in listed.output


def test_a_key_is_taken_back_once(folder: Path) -> None:
    secret = run("add", "city").stdout.strip()
    assert "已收回" in run("revoke", "city").output
    with Database.of(Settings(data_dir=folder)).read() as tx:
        assert api_tokens.holder(tx, secret, datetime.now(UTC)) is None
    again = run("revoke", "city")
    assert again.exit_code == 1
    assert "没有在用的密钥" in again.output


@pytest.mark.usefixtures("folder")
def test_what_cannot_be_made_is_one_sentence() -> None:
    assert run("add", "city").exit_code == 0
    for words, said in (
        (("add", "city"), "这个名字用着呢"),
        (("add", "other", "--person", "nobody"), "人员表里没有 nobody"),
        (("add", "other", "--scope", "everything"), "everything"),
    ):
        refused = run(*words)
        assert refused.exit_code != 0
        assert said in refused.output
