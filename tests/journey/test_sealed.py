"""What is personal lies sealed: nobody reads it out of the file, the logs or a backup."""

from __future__ import annotations

import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from data.database import Database
from data.moving import move
from data.sealing import COLUMNS, MARK, SEALED, Keys, WrongKey
from data.settings import Settings
from data.tables import issues, people
from desk.audit import verify
from tests.contract.engines import ENGINES
from tests.contract.test_tables import ISSUE, PERSON
from tests.journey.command_line import command
from tests.journey.town import Town

# Somebody whom no sample file knows, in every form in which he may be written down.
NAME, PHONE, ROOM = "欧阳若兮", "13612348765", "1907"
SOMEBODY = replace(PERSON, id="a", name=NAME, phone=PHONE, room=ROOM)
PLAIN = (NAME, "若兮", PHONE, f"单元{ROOM}", f"{ROOM}室", "厨房水管裂了", "换了角阀", "13900000101")


def journey(town: Town) -> None:
    """A name, a phone and a door, said in every way there is, to the end."""
    town.say("李秀兰", f"更正 姓名 {NAME}")
    town.say("李秀兰", f"更正 电话 {PHONE}")
    town.say("李秀兰", f"更正 住址 泉馨苑小区6号楼1单元{ROOM}")
    town.say("李秀兰", f"我家厨房水管裂了，6号楼1单元{ROOM}室，电话{PHONE}，找{NAME}")
    town.say("李秀兰", "是")
    [issue] = town.issues()
    town.say("张伟", "我家也是厨房水管裂了")
    town.say("高建民", f"办结 {issue.number} 到{NAME}家1单元{ROOM}换了角阀")
    town.say("李秀兰", f"不满意 还在漏，打{PHONE}")
    town.say("李秀兰", f"许愿 想要一床电热毯，送到1单元{ROOM}，{NAME}收")
    town.say("李秀兰", "我的数据")
    town.wait(hours=2)


def on_disk(folder: Path) -> str:
    files = sorted(folder.glob("huying.db*"))
    assert files
    return "".join(file.read_bytes().decode("utf-8", "replace") for file in files)


@pytest.fixture
def lived(town: Town, caplog: pytest.LogCaptureFixture) -> Town:
    caplog.set_level(logging.DEBUG)
    journey(town)
    return town


def test_neither_the_file_nor_the_log_says_who(
    lived: Town, caplog: pytest.LogCaptureFixture
) -> None:
    raw, logged = on_disk(lived.folder), caplog.text
    for word in PLAIN:
        assert word not in raw, word
        assert word not in logged, word
    assert "repair.pipe" in raw or "repair." in raw, "the file could not be read at all"
    assert lived.names["李秀兰"] in raw
    assert list(verify(lived.runtime.db)) == []


def test_what_is_sealed_is_in_the_list_and_the_list_is_sealed(lived: Town) -> None:
    """Each listed column that holds anything holds nothing plain; no other column is sealed."""
    with closing(sqlite3.connect(lived.folder / "huying.db")) as raw:
        tables = [
            name for (name,) in raw.execute("SELECT name FROM sqlite_master WHERE type = 'table'")
        ]
        for table in tables:
            columns = [row[1] for row in raw.execute(f"PRAGMA table_info({table})")]
            wanted = SEALED.get(table, ((), ()))[1]
            for column in columns:
                values = [v for (v,) in raw.execute(f"SELECT {column} FROM {table}") if v]
                sealed = [str(value).startswith(MARK) for value in values]
                if (table, column) == ("state", "value"):
                    continue
                assert all(sealed) if column in wanted else not any(sealed), (table, column)


def test_the_same_name_twice_is_sealed_differently_and_found_alike(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with closing(Database.of(settings)) as database, database.write() as tx:
        for id_ in ("a", "b"):
            people.put(tx, replace(SOMEBODY, id=id_))
        assert [person.id for person in people.by_name(tx, NAME)] == ["a", "b"]
        assert [person.id for person in people.by_phone(tx, PHONE)] == ["a", "b"]
        assert people.by_phone(tx, "") == []
    with closing(sqlite3.connect(tmp_path / "huying.db")) as raw:
        names = {name for (name,) in raw.execute("SELECT name FROM people")}
    assert len(names) == 2


# -- the key ------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", ENGINES)
def test_a_store_from_before_is_sealed_when_it_is_opened(engine: str, tmp_path: Path) -> None:
    url = ENGINES[engine](tmp_path)
    with closing(Database(url)) as database, database.write() as tx:
        people.put(tx, SOMEBODY)
        people.put(tx, PERSON)
        people.bind(tx, "api", f"1:{PHONE}", "a")
        for number in range(1, 1101):  # more than a page
            issues.add(tx, replace(ISSUE, number=f"1123-{number:04d}", room=ROOM))
    settings = Settings(data_dir=tmp_path, database_url=url)
    for _ in range(2):  # the second time there is nothing left to do
        with closing(Database.of(settings)) as database, database.read() as tx:
            found = people.by_name(tx, NAME)
            assert [(p.phone, p.room) for p in found] == [(PHONE, ROOM)]
            assert {issue.room for issue in issues.after(tx, 0, 2000)} == {ROOM}
            assert PHONE not in str(tx.rows("SELECT address FROM accounts"))
    with (
        pytest.raises(WrongKey, match="没有密钥"),
        closing(Database(url)) as plain,
        plain.read() as tx,
    ):
        people.by_id(tx, "a")
    if engine == "sqlite":
        assert NAME not in on_disk(tmp_path)
        assert PHONE not in on_disk(tmp_path)


@pytest.mark.parametrize("engine", ENGINES)
def test_another_key_is_refused_by_name_and_none_is_made_up(engine: str, tmp_path: Path) -> None:
    url = ENGINES[engine](tmp_path)
    mine = Settings(data_dir=tmp_path, database_url=url, secret_key=SecretStr("the right one"))
    Database.of(mine).close()
    with pytest.raises(WrongKey, match="密钥不对"):
        Database.of(mine.model_copy(update={"secret_key": SecretStr("another")}))
    with pytest.raises(WrongKey, match="没有密钥"):
        Database.of(mine.model_copy(update={"secret_key": SecretStr("")}))
    assert not (tmp_path / "secret.key").exists()
    Database.of(mine).close()


def test_check_says_that_the_key_is_gone(tmp_path: Path) -> None:
    assert command(tmp_path, "check").returncode == 0
    (tmp_path / "secret.key").rename(tmp_path / "elsewhere")
    done = command(tmp_path, "check")
    assert done.returncode == 2
    assert "没有密钥" in done.stderr
    assert "Traceback" not in done.stderr
    (tmp_path / "secret.key").write_text("wrong")
    done = command(tmp_path, "check")
    assert done.returncode == 2
    assert "密钥不对" in done.stderr


def test_a_value_of_another_column_or_a_changed_one_is_not_taken() -> None:
    keys = Keys(b"secret", b"pepper")
    sealed = keys.seal("name", NAME)
    assert keys.open("name", sealed) == NAME
    for column, value in (("phone", sealed), ("name", sealed[:-4] + "AAA="), ("name", MARK + "x")):
        with pytest.raises(WrongKey):
            keys.open(column, value)


@pytest.mark.parametrize("text", ["§", "§abc123:", "§000000:AAAA", "张三§李四"])
def test_words_that_look_sealed_are_words(town: Town, text: str) -> None:
    town.say("李秀兰", f"{text} 泉馨苑6号楼门口路面有个坑")
    town.say("李秀兰", text)
    with town.runtime.db.read() as tx:
        said = {row["text"] for row in tx.rows("SELECT text FROM messages")}
    assert text in said


# -- rotation -----------------------------------------------------------------------------------


def test_after_rotation_everything_is_there_and_the_old_key_is_worth_nothing(
    lived: Town,
) -> None:
    db, folder = lived.runtime.db, lived.folder
    old = (folder / "secret.key").read_bytes()
    before = lived.issues()
    db.close()
    assert "已换" in command(folder, "rotate-key").stdout
    new = (folder / "secret.key").read_bytes()
    assert new != old
    settings = Settings(data_dir=folder)
    with closing(Database.of(settings)) as reopened:
        with reopened.read() as tx:
            assert issues.latest(tx)[::-1] == before
            assert [p.id for p in people.by_name(tx, NAME)] == ["lixiulan"]
        assert list(verify(reopened)) == []
    assert Keys(old).name not in on_disk(folder)
    with pytest.raises(WrongKey):
        Database.of(settings.model_copy(update={"secret_key": SecretStr(old.decode())}))


def test_a_crash_between_the_store_and_the_key_file_loses_nothing(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    with closing(Database.of(settings)) as database:
        with database.write() as tx:
            people.put(tx, SOMEBODY)
        database.rotate(settings.prepare_next_secret())  # … and the power goes
    with closing(Database.of(settings)) as database, database.read() as tx:
        assert [p.phone for p in people.by_name(tx, NAME)] == [PHONE]
    assert not (tmp_path / "secret.key.next").exists()


def test_a_crash_before_the_store_was_changed_keeps_the_old_key(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    Database.of(settings).close()
    old = settings.secret()
    settings.prepare_next_secret()
    Database.of(settings).close()
    assert settings.secret() == old


@pytest.mark.parametrize("engine", ENGINES)
def test_a_backup_is_as_sealed_as_its_store(engine: str, tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    url, there = f"sqlite:///{tmp_path / 'huying.db'}", ENGINES[engine](tmp_path / "b")
    settings = Settings(data_dir=tmp_path, database_url=url)
    with closing(Database.of(settings)) as database, database.write() as tx:
        people.put(tx, SOMEBODY)
    move(url, there, still=True)
    with pytest.raises(WrongKey), closing(Database(there)) as plain, plain.read() as tx:
        people.by_id(tx, "a")
    moved = settings.model_copy(update={"database_url": there})
    with closing(Database.of(moved)) as database, database.read() as tx:
        assert [p.phone for p in people.by_name(tx, NAME)] == [PHONE]


def test_the_deployment_opens_its_store_with_its_key() -> None:
    """`Database(url)` has no key: outside of tests and benches nobody uses it."""
    root = Path(__file__).parents[2]
    rooms = ("cli", "console", "api", "channels", "handlers", "desk")
    found = [
        str(path)
        for path in (root / "bot.py", *(p for r in rooms for p in (root / r).rglob("*.py")))
        if "Database(" in path.read_text(encoding="utf-8")
    ]
    assert found == []
    assert "name" in COLUMNS
