"""What is documented exists, and what exists is documented."""

from __future__ import annotations

import ast
import re
import subprocess
from pathlib import Path

import click
import pytest
from pydantic import BaseModel

import bot
from cli import care, learning, practices, serving, storage, tables, understanding
from data.contents import load_content
from data.settings import Settings
from desk.rules import lifecycle

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")
ARCHITECTURE = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
REFERENCE = (ROOT / "docs" / "reference.md").read_text(encoding="utf-8")
CONTENT = load_content(ROOT / "data" / "content")


def sources() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-co", "--exclude-standard", "*.py"],
        cwd=ROOT, capture_output=True, text=True, check=True,
    ).stdout.split()  # fmt: skip
    return [ROOT / name for name in listed if not name.startswith(("tests/", "bench/"))]


def group() -> click.Group:
    """The command line."""
    found = click.Group()
    for room in (serving, tables, care, storage, understanding, learning, practices):
        room.register(found, bot.create_app)
    return found


def commands() -> set[str]:
    return set(group().commands)


def keys(section: type[BaseModel], prefix: str = "") -> set[str]:
    found = set()
    for name, field in section.model_fields.items():
        kind = field.annotation
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            found |= keys(kind, f"{prefix}{name}.")
        else:
            found.add(prefix + name)
            assert field.description, f"{prefix}{name} is not explained"
    return found


def test_readme_names_only_commands_that_exist() -> None:
    assert set(re.findall(r"python bot\.py (\w+)", README)) <= commands()


@pytest.mark.parametrize("command", sorted(commands()))
def test_every_command_is_documented(command: str) -> None:
    assert f"bot.py {command}" in REFERENCE


@pytest.mark.parametrize("key", sorted(keys(Settings)))
def test_every_setting_is_documented(key: str) -> None:
    name = "HUYING_" + key.replace(".", "_").upper()
    assert name in REFERENCE


def test_every_status_and_action_has_its_word() -> None:
    for status in lifecycle.STATUSES:
        assert f"status.{status}" in CONTENT.replies
    for action in (*lifecycle.ACTIONS, "record", "alarm", "media"):
        assert f"action.{action}" in CONTENT.replies


@pytest.mark.parametrize(
    "package",
    re.findall(
        r'^    "([a-z-]+)',
        (ROOT / "pyproject.toml").read_text("utf-8").split("[project.optional")[0],
        re.M,
    ),
)
def test_every_dependency_has_its_reason(package: str) -> None:
    assert f"| {package} |" in ARCHITECTURE


def test_nobody_imports_bot() -> None:
    for path in sources():
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in ast.walk(tree):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            assert "bot" not in names, path


def test_replies_that_the_code_says_exist() -> None:
    said: set[str] = set()
    for path in sources():
        text = path.read_text(encoding="utf-8")
        said |= set(re.findall(r'(?<!shell\.)(?<!built\.)\bsay\(\s*"([a-z_.]+)"', text))
        said |= {f"console.{name}" for name in re.findall(r'shell\.say\(\s*"([a-z_.]+)"', text)}
        said |= set(re.findall(r'replies\["([a-z_.]+)"\]', text))
    assert len(said) > 40
    assert said <= set(CONTENT.replies)


def test_no_chinese_sentence_in_the_code_of_the_rooms_that_speak() -> None:
    """Texts for residents and workers are content. (Errors for the administrator may stand.)"""
    for path in sources():
        if path.parent.name not in ("handlers", "rules"):
            continue
        tree = ast.parse(path.read_text(encoding="utf-8"))
        docs = {
            id(node.body[0].value)
            for node in ast.walk(tree)
            if isinstance(node, ast.Module | ast.FunctionDef | ast.ClassDef)
            and node.body
            and isinstance(node.body[0], ast.Expr)
        }
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                assert id(node) in docs or not re.search(r"[\u4e00-\u9fff]{4,}", node.value), path
