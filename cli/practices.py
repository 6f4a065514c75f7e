"""points and letters: the ledger against its logs, and a quarter's letters."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from data.contents import load_content
from data.database import Database
from data.settings import Settings, load_settings
from desk import letters as writing
from desk import points as ledger
from desk.roster import load
from desk.rules.quarters import read_quarter
from desk.service import SYSTEM, Act, Service

FOLDER = click.Path(path_type=Path, file_okay=False)


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""

    @main.command(help="积分：verify 按日志核对，rebuild 按日志重算。")
    @click.argument("what", type=click.Choice(["verify", "rebuild"]))
    @click.pass_context
    def points(context: click.Context, what: str) -> None:
        db, service = _desk()
        if what == "rebuild":
            with db.write() as tx:
                changed = ledger.rebuild(tx, service, datetime.now(UTC))
            click.echo(f"已按日志重算，改动 {changed} 条。")
            return
        with db.read() as tx:
            extra, lacking = ledger.differences(tx, service)
        for name, rows in (("多出", extra), ("缺少", lacking)):
            for row in rows:
                click.echo(f"{name} {row.at:%Y-%m-%d} {row.rule} {row.subject} {row.points:+d}")
        count = len(extra) + len(lacking)
        click.echo(f"{count} 条对不上。" if count else "积分和日志一致。")
        context.exit(1 if count else 0)

    @main.command(help="季度信：给党员、单位、居民，文本和可打印的网页；有泄露个人信息的不写出。")
    @click.argument("quarter")
    @click.option("--out", type=FOLDER, required=True, help="写到哪个文件夹")
    def letters(quarter: str, out: Path) -> None:
        known = read_quarter(quarter)
        if known is None:
            raise click.ClickException("季度写成 2026Q4 这样")
        out.mkdir(parents=True, exist_ok=True)
        db, service = _desk()
        counts: Counter[str] = Counter(member=0, unit=0, resident=0, held=0)
        with db.write() as tx:
            now = datetime.now(UTC)
            ledger.rebuild(tx, service, now)
            act = Act(tx, service, SYSTEM, now, load(tx))
            for letter in writing.write(act, known):
                if letter.leaks:
                    counts["held"] += 1
                    click.echo(f"没有写出 {letter.name}：含有 {'、'.join(letter.leaks)}", err=True)
                    continue
                counts[letter.kind] += 1
                (out / f"{letter.name}.txt").write_text(letter.text + "\n", encoding="utf-8")
                (out / f"{letter.name}.html").write_text(
                    writing.page(act, letter), encoding="utf-8"
                )
            writing.log(act, known, counts)
        click.echo(
            f"{known.name}：党员 {counts['member']} 封，单位 {counts['unit']} 封，"
            f"居民 {counts['resident']} 封，没有写出 {counts['held']} 封。"
        )


def _desk() -> tuple[Database, Service]:
    settings = load_settings()
    return Database.of(settings), Service(load_content(settings.content_dir), settings, ())
