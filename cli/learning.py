"""learn, classify, evaluate, cluster: a community's own ledger and its common problems."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

import click
from flask import Flask

from cli import json_lines
from data.contents import load_lexicons
from data.settings import Settings, load_settings
from desk.tables import BadTable, read_table
from nlp.cluster import Item, cluster
from nlp.cluster_features import Words
from nlp.learn import Model, ModelUnreadableError, NothingToLearnError, Row, train
from nlp.learn_features import Topics
from nlp.learn_report import Report, cross_validate, learning_curve
from nlp.learn_report import evaluate as judge
from nlp.lexicon import table

TIME = re.compile(r"\d+")
CURVE = (5, 10, 20, 50, 100)
FOLDER = click.Path(path_type=Path, file_okay=False)


def register(main: click.Group, create_app: Callable[[Settings], Flask]) -> None:  # noqa: ARG001
    """Add these commands to the command line."""

    @main.command(help="用自己的台账训练分类：表里一列是内容，一列是类别。")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--text", "text", required=True, help="内容在哪一列")
    @click.option("--label", "label", required=True, help="类别在哪一列")
    @click.option("--model", type=FOLDER, required=True, help="模型存到哪个文件夹")
    def learn(file: Path, text: str, label: str, model: Path) -> None:
        try:
            trained = train(_rows(file, text, label), _topics())
        except NothingToLearnError:
            raise click.ClickException("至少要有两个类别，每个都有例子") from None
        trained.save(model)
        click.echo(
            f"学了 {sum(trained.examples.values())} 条、{len(trained.examples)} 类，存在 {model}"
        )
        threshold = trained.threshold(0.95)
        if threshold is not None:
            click.echo(f"把握在 {threshold:.2f} 以上时，答案约 95% 是对的。")

    @main.command(
        help='用训练好的模型分类：每行一个 {"id","text"}，输出 {"id","label","confidence"}。'
    )
    @click.option("--model", type=FOLDER, required=True, help="模型文件夹")
    def classify(model: Path) -> None:
        loaded = _load(model)
        for line in json_lines.read():
            answer = loaded.classify(str(line["text"]))
            found = {"label": answer.label, "confidence": answer.confidence}
            json_lines.write({"id": line.get("id"), **found})

    @main.command(help="评一评：没有 --model 时交叉验证，有则用它答这张表。")
    @click.argument("file", type=click.Path(path_type=Path))
    @click.option("--text", "text", required=True, help="内容在哪一列")
    @click.option("--label", "label", required=True, help="类别在哪一列")
    @click.option("--model", type=FOLDER, default=None, help="模型文件夹")
    @click.option("--precision", default=0.95, show_default=True, help="想要的准确率")
    @click.option("--curve", is_flag=True, help="再看每类多少例子能答对多少")
    def evaluate(
        file: Path, text: str, label: str, model: Path | None, precision: float, curve: bool
    ) -> None:
        rows = _rows(file, text, label)
        try:
            found = (
                judge(_load(model), rows, precision)
                if model
                else cross_validate(rows, _topics(), precision)
            )
        except (NothingToLearnError, ValueError):
            raise click.ClickException("表里没有足够的内容和类别可评") from None
        _show(found)
        if curve:
            for size, accuracy in learning_curve(rows, CURVE, _topics()):
                click.echo(f"每类 {size:>3} 例：{accuracy:.1%}")

    @main.command(
        "cluster", help='找共性问题：每行一个 {"id","text","time"}，输出 {"id","cluster"}。'
    )
    def cluster_() -> None:
        items = [
            Item(str(line.get("id")), str(line["text"]), _sortable(str(line.get("time", ""))))
            for line in json_lines.read()
        ]
        found = cluster(items, Words.of(load_lexicons(load_settings().content_dir)))
        for item in items:
            json_lines.write({"id": item.id, "cluster": found[item.id]})


def _rows(file: Path, text: str, label: str) -> list[Row]:
    try:
        rows = read_table(file)
    except BadTable as fault:
        raise click.ClickException(str(fault)) from None
    for column in (text, label):
        if not rows or column not in rows[0]:
            columns = "、".join(rows[0]) if rows else "—"
            raise click.ClickException(f"没有“{column}”这一列；有：{columns}")
    return [(row[text], row[label]) for row in rows]


def _topics() -> Topics:
    lexicons = load_lexicons(load_settings().content_dir)
    return table(lexicons.get("civic_topics", {}), "topics")


def _load(folder: Path) -> Model:
    try:
        return Model.load(folder)
    except ModelUnreadableError as fault:
        raise click.ClickException(f"读不了模型：{fault}") from None


def _sortable(time: str) -> str:
    """2019/7/27 6:22:52 as text that sorts: every number of the same width."""
    return TIME.sub(lambda number: number[0].zfill(4), time)


def _show(found: Report) -> None:
    """A report as a reader wants it: the whole, each label, what is mixed up, how honest it is."""
    click.echo(f"共 {found.rows} 条，答对 {found.accuracy:.1%}，各类平均 F1 {found.macro_f1:.3f}")
    click.echo(
        f"要 {found.wanted:.0%} 准确时：敢答 {found.coverage:.1%}，其中答对 {found.precision:.1%}"
    )
    click.echo("\n类别\t条数\t准确\t找全\tF1")
    for own in found.labels:
        figures = f"{own.precision:.1%}\t{own.recall:.1%}\t{own.f1:.3f}"
        click.echo(f"{own.label}\t{own.rows}\t{figures}")
    _list("最常混淆（本来 → 答成）", (f"{a} → {b}\t{n}" for a, b, n in found.confusions[:10]))
    click.echo(f"\n把握说的和做到的（平均差 {found.calibration_error:.3f}）")
    for part in found.calibration:
        click.echo(f"说 {part.confidence:.0%}\t对 {part.right:.0%}\t{part.rows} 条")
    _list("最有把握却答错的", (f"{v.label} → {v.guess}\t{v.text[:40]}" for v in found.worst))


def _list(title: str, lines: Iterable[str]) -> None:
    click.echo(f"\n{title}")
    for line in lines:
        click.echo(line)
