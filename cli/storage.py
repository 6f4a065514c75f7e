"""migrate, backup and restore: a whole store, moved or kept."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

import click
from flask import Flask

from data.moving import Contents, NotEmpty, NotTheSame, move
from data.settings import Settings, load_settings

FILE = click.Path(path_type=Path, dir_okay=False)


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""

    @main.command(help="把现在的全部数据搬进另一个空数据库,逐表核对行数和校验和。先停服务。")
    @click.option(
        "--to", "target", required=True, help="postgresql://用户@主机/库 或 sqlite:///路径"
    )
    def migrate(target: str) -> None:
        _tell(_move(load_settings().url, target, still=True))
        click.echo("已搬完。把 HUYING_DATABASE_URL 改成新地址再启动；旧库原样留着。")

    @main.command(help="备份全部数据到一个文件(SQLite),不用停服务,逐表核对。")
    @click.argument("file", type=FILE)
    def backup(file: Path) -> None:
        if file.exists():
            raise click.ClickException(f"{file} 已经有了，换个名字")
        with TemporaryDirectory(dir=file.absolute().parent, prefix=".backup-") as folder:
            part = Path(folder) / "huying.db"
            _tell(_move(load_settings().url, f"sqlite:///{part}", still=False))
            part.rename(file)
        click.echo(f"已备份到 {file}。个人信息是加密的：密钥另外备份，别和它放在一起。")

    @main.command(help="把备份恢复到现在设置的(空)数据库,逐表核对。")
    @click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True))
    def restore(file: Path) -> None:
        with TemporaryDirectory() as folder:  # opening may bring an old schema up to date
            copy = shutil.copy(file, Path(folder) / "huying.db")
            _tell(_move(f"sqlite:///{copy}", load_settings().url, still=True))
        click.echo("已恢复。")


def _move(source: str, target: str, *, still: bool) -> Mapping[str, Contents]:
    try:
        return move(source, target, still=still)
    except NotEmpty as taken:
        raise click.ClickException(
            f"目标数据库不是空的（{taken}），什么都没搬。请用新建的空库；SQLite 请先把旧文件挪走"
        ) from None
    except NotTheSame as differing:
        raise click.ClickException(f"核对不上，已全部撤销：{differing}") from None


def _tell(tables: Mapping[str, Contents]) -> None:
    for name, contents in tables.items():
        click.echo(f"{name}\t{contents.rows} 行\t{contents.checksum[:16]}")
    click.echo(f"共 {sum(c.rows for c in tables.values())} 行，两边一致。")
