"""The deployment files and docs/operations.md, against the program that they speak of."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from configparser import ConfigParser
from pathlib import Path
from typing import Any

import pytest
import yaml

import bot
from data.settings import Settings
from tests.journey.command_line import command
from tests.unit.test_docs import group, keys

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
OPERATIONS = (ROOT / "docs" / "operations.md").read_text(encoding="utf-8")
UNITS = sorted((DEPLOY / "systemd").iterdir())
SETTINGS = {f"HUYING_{key.replace('.', '_').upper()}" for key in keys(Settings)}
COMPOSE: dict[str, Any] = yaml.safe_load((DEPLOY / "compose.yaml").read_text(encoding="utf-8"))
OURS = ("web", "worker")
GROUP = group()


def unit(path: Path) -> ConfigParser:
    parser = ConfigParser(strict=False, interpolation=None)
    parser.optionxform = str  # type: ignore[assignment,method-assign]
    parser.read(path, encoding="utf-8")
    return parser


def assert_runs(words: list[str]) -> None:
    """These words are a command of ours with options that it has."""
    command = GROUP.commands[words[0]]
    known = {name for parameter in command.params for name in parameter.opts}
    assert {word for word in words[1:] if word.startswith("--")} <= known, words


@pytest.mark.parametrize("path", [u for u in UNITS if u.suffix == ".service"], ids=lambda u: u.name)
def test_a_unit_starts_what_there_is_as_nobody_special(path: Path) -> None:
    service = unit(path)["Service"]
    home = Path(service["WorkingDirectory"])
    program, *words = service["ExecStart"].split()
    if program.endswith("python"):
        assert (Path(program).relative_to(home).as_posix(), words[0]) == (
            ".venv/bin/python",
            "bot.py",
        )
        assert_runs(words[1:])
        assert service["Restart"] == "always"
    else:
        assert os.access(ROOT / Path(program).relative_to(home), os.X_OK)
    assert service["User"] == "huying"
    assert service["NoNewPrivileges"] == "yes"
    assert service["ProtectSystem"] == "strict"
    assert service["EnvironmentFile"] == "/etc/huying/huying.env"


def test_the_timer_starts_the_backup() -> None:
    assert (DEPLOY / "systemd" / "huying-backup.timer").with_suffix(".service") in UNITS
    assert unit(DEPLOY / "systemd" / "huying-backup.timer")["Timer"]["OnCalendar"] == "hourly"


def test_the_environment_names_settings_and_sets_the_secure_ones() -> None:
    lines = (DEPLOY / "huying.env.example").read_text(encoding="utf-8").splitlines()
    given = dict(line.split("=", 1) for line in lines if line and not line.startswith("#"))
    assert given.keys() <= SETTINGS
    assert given["HUYING_SIMULATOR"] == "off"
    assert given["HUYING_CONSOLE_HTTPS"] == "on"
    assert given["HUYING_WECHAT_ONLY_ENCRYPTED"] == "true"
    secret = {name for name in given if re.search(r"SECRET|TOKEN|AES_KEY", name)}
    assert {given[name] for name in secret} == {""}, "a secret is in the repository"


def test_compose_runs_our_commands_on_one_store_and_one_folder() -> None:
    for name in OURS:
        service = COMPOSE["services"][name]
        assert_runs(service["command"])
        assert service["environment"].keys() <= SETTINGS
        assert service["environment"]["HUYING_DATABASE_URL"].startswith("postgresql://huying:${")
        assert service["volumes"] == ["files:/var/lib/huying"]
        assert service["depends_on"]["db"]["condition"] == "service_healthy"
    assert COMPOSE["services"]["web"]["command"] == ["serve", "--no-work"]
    assert COMPOSE["services"]["worker"]["command"] == ["work"]
    assert "ports" not in COMPOSE["services"]["db"], "the store is open to the world"
    mounts = [m for s in COMPOSE["services"].values() for m in s.get("volumes", ())]
    for source in (mount.split(":")[0] for mount in mounts):
        assert source in COMPOSE["volumes"] or (DEPLOY / source).exists()


def test_the_image_holds_every_room_and_nothing_runs_as_root() -> None:
    text = (DEPLOY / "Dockerfile").read_text(encoding="utf-8")
    copied = {word.rstrip("/") for line in re.findall(r"^COPY (.+) \S+$", text, re.M)
              for word in line.split()}  # fmt: skip
    pyproject = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    rooms = re.findall(r'"(\w+)"', re.findall(r"root_packages = \[(.*)\]", pyproject)[0])
    assert {*rooms, "bot.py", "config.toml", "requirements.lock"} <= copied
    assert "--require-hashes" in text
    assert text.index("USER huying") < text.index("ENTRYPOINT")
    assert set(re.findall(r"HUYING_\w+", text)) <= SETTINGS
    assert_runs(["serve"])


def served() -> Iterator[str]:
    from tests.journey.town import TOKEN

    settings = Settings(
        simulator="off",
        wechat={"token": TOKEN, "appid": "wx", "secret": "s", "aes_key": "a" * 43},
        wecom={"token": "t", "corpid": "w", "agentid": 1, "secret": "s", "aes_key": "a" * 43},
    )
    app = bot.create_app(settings)
    yield from (rule.rule for rule in app.url_map.iter_rules())
    app.extensions["huying"].db.close()


@pytest.mark.parametrize("name", ["nginx.conf", "nginx.docker.conf"])
def test_nginx_passes_on_what_there_is_and_hides_the_rest(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HUYING_DATA_DIR", str(tmp_path))
    text = re.sub(r"#.*", "", (DEPLOY / name).read_text(encoding="utf-8"))
    assert text.count("{") == text.count("}")
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    assert [line for line in lines if line[-1] not in ";{}"] == []
    paths = list(served())
    places = re.findall(r"location (=|~|) ?(\S+) \{([^}]*)\}", text)
    for sign, place, inside in places:
        if "proxy_pass" in inside:
            hit = [
                p for p in paths if (re.search(place, p) if sign == "~" else p.startswith(place))
            ]
            assert hit, place
    doors = next(inside for sign, _, inside in places if sign == "~")
    assert "non_idempotent" in doors
    assert "http_503" in doors
    hidden = next(inside for sign, place, inside in places if (sign, place) == ("", "/"))
    assert "return 404" in hidden


# -- docs/operations.md -------------------------------------------------------------------------


def test_the_manual_names_only_what_exists() -> None:
    for line in re.findall(r"python bot\.py ([^`\n：，]+)", OPERATIONS):
        assert_runs(line.split())
    assert set(re.findall(r"HUYING_[A-Z0-9_]+", OPERATIONS)) <= SETTINGS
    for name in re.findall(r"deploy/[\w./-]*\w", OPERATIONS):
        assert (ROOT / name).exists() or name == "deploy/.env", name
    for name in re.findall(r"huying[\w-]*@?(?=\.service|\.timer)", OPERATIONS):
        assert any(each.name.startswith(name) for each in UNITS), name


def test_every_deployment_file_is_in_the_manual() -> None:
    for path in DEPLOY.iterdir():
        assert path.name in OPERATIONS or path.name in ("Dockerfile", "nginx.docker.conf"), path
    for path in UNITS:
        assert path.name.split("@")[0].removesuffix(path.suffix) in OPERATIONS, path


# -- backup.sh and rehearse.sh ------------------------------------------------------------------


def script(name: str, *words: str, **env: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(DEPLOY / name), *words], cwd=ROOT, env={**os.environ, "PYTHON": sys.executable, **env},
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip


def test_a_backup_is_made_kept_for_its_days_and_rehearsed(tmp_path: Path) -> None:
    data, kept = tmp_path / "run", tmp_path / "backups"
    photo = data / "media" / "ab" / "abcd.jpg"
    photo.parent.mkdir(parents=True)
    photo.write_bytes(b"a photo")
    env = {"HUYING_DATA_DIR": str(data)}
    assert command(data, "check").returncode == 0
    old = kept / "huying-20250101T000000Z.db"
    (kept / "media" / "cd").mkdir(parents=True)
    (kept / "media" / "cd" / "erased.jpg").write_bytes(b"no longer there")
    old.touch()
    os.utime(old, (0, 0))

    done = script("backup.sh", str(kept), **env)
    assert done.returncode == 0, done.stderr
    [made] = kept.glob("huying-*.db")
    assert made != old
    photos = [path.relative_to(kept).as_posix() for path in kept.rglob("*.jpg")]
    assert photos == ["media/ab/abcd.jpg"]
    assert made.stat().st_mode & 0o077 == 0

    done = script("rehearse.sh", str(made), **env)
    assert done.returncode == 0, done.stderr
    assert "两边一致" in done.stdout
    made.write_bytes(made.read_bytes()[:5000])
    assert script("rehearse.sh", str(made), **env).returncode != 0
