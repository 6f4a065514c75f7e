"""import, export and issues: tables in and out."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import click
from flask import Flask

from data.database import Database, Tx
from data.settings import Settings, load_settings
from data.tables import issues as table
from data.tables import media
from desk import grid_map, importing, imports, issues, roster, tables

KINDS = tuple(imports.KINDS)


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""

    @main.command("import", help="导入一张表(csv 或 xlsx):先查完整张表,有错一行不进。")
    @click.argument("kind", type=click.Choice(KINDS))
    @click.argument("file", type=click.Path(path_type=Path))
    def import_(kind: str, file: Path) -> None:
        db = Database.of(load_settings())
        try:
            count = imports.import_table(db, kind, file, datetime.now(UTC))
        except tables.BadTable as unreadable:
            raise click.ClickException(str(unreadable)) from None
        except importing.BadRows as bad:
            for fault in bad.faults:
                click.echo(f"第 {fault.row} 行：{fault.reason}", err=True)
            raise click.ClickException(f"{len(bad.faults)} 处错误，没有导入任何一行") from None
        click.echo(f"已导入 {count} 行。接着运行 python bot.py check 看有没有对不上的。")

    @main.command("issues", help="列出事项。")
    @click.option("--json", "as_json", is_flag=True, help="每行一个 JSON")
    @click.option("--status", default="", help="只看某个状态:assigned accepted done closed …")
    @click.option("--limit", default=200, show_default=True)
    def issues_(as_json: bool, status: str, limit: int) -> None:
        with Database.of(load_settings()).read() as tx:
            found = table.latest(tx, limit, status)
            photos = media.photos(tx)
        for issue in found:
            if as_json:
                click.echo(issues.as_record(issue, photos.get(issue.id, 0)))
            else:
                where = f"{issue.estate or ''}{issue.building or ''}"
                owner = issue.owner_team or issue.owner_person
                click.echo(
                    f"{issue.number}\t{issue.status}\t{issue.level}\t{issue.category}\t{where}\t"
                    f"{owner}\t{issue.text[:40]!r}"
                )

    @main.command(help="导出事项台账(issues)或网格图(grids)。")
    @click.argument("what", type=click.Choice(["issues", "grids"]))
    @click.option("--format", "kind", type=click.Choice(["csv", "xlsx", "json"]), default="csv")
    @click.option("--output", "-o", type=click.Path(path_type=Path), required=True)
    def export(what: str, kind: str, output: Path) -> None:
        with Database.of(load_settings()).read() as tx:
            rows = _rows(tx, what)
        names = list(rows[0]) if rows else []
        if kind == "json":
            output.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
        else:
            write = tables.write_csv if kind == "csv" else tables.write_excel
            output.write_bytes(write(names, rows))
        click.echo(f"已导出 {len(rows)} 件到 {output}")


def _rows(tx: Tx, what: str) -> list[dict[str, object]]:
    if what == "grids":
        return grid_map.rows(tx, roster.load(tx))
    photos = media.photos(tx)
    return [
        json.loads(issues.as_record(issue, photos.get(issue.id, 0)))
        for issue in table.latest(tx, 10**6)
    ]
