"""The command line as a user types it: a process where that is the point, else in this one."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journey.command_line import command

ROOT = Path(__file__).parents[2]


def started(
    folder: Path, *args: str, stdin: str = "", **env: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "bot.py", *args],
        cwd=ROOT,
        input=stdin,
        env={**os.environ, "HUYING_DATA_DIR": str(folder), **env},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_check_finds_a_fresh_sample_sound(tmp_path: Path) -> None:
    done = started(tmp_path, "check")
    assert (done.returncode, done.stdout.strip()) == (0, "一切正常。")


def test_understand_as_documented(tmp_path: Path) -> None:
    places = tmp_path / "places.csv"
    places.write_text(
        "estate,aliases,buildings,units,grid\n锦绣花园一期,锦绣一期,1-12,1-3,G1\n", encoding="utf-8"
    )
    lines = [
        {"id": "a", "text": "锦绣一期3号楼2单元501楼道灯坏了"},
        {"id": "b", "text": "哈哈哈哈笑死我了"},
    ]
    stdin = "\n".join(json.dumps(line, ensure_ascii=False) for line in lines)
    done = started(tmp_path, "understand", "--places", str(places), stdin=stdin)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines())
    assert (first["id"], first["intent"]) == ("a", "report")
    assert first["issues"][0].keys() >= {"category", "top", "urgency", "confidence", "evidence"}
    assert first["issues"][0]["category"] == "repair.light"
    assert first["place"] == {
        "estate": "锦绣花园一期", "building": "3", "unit": "2", "room": "501", "grid": "G1",
    }  # fmt: skip
    assert (second["intent"], second["issues"], second["place"]) == ("chatter", [], None)


@pytest.mark.parametrize(
    ("args", "stdin", "said"),
    [
        (("understand",), "not json", "第 1 行不是 JSON"),
        (("understand",), '{"id": 1}', "第 1 行要有"),
        (("import", "grids", "none.csv"), "", "打不开"),
        (("resend", "7"), "", "没有可重发的推送 7"),
        (("refetch", "7"), "", "没有取不到的照片 7"),
        (("chat", "--as", "nobody"), "", "没有 nobody"),
    ],
)
def test_clear_words_for_mistakes(
    tmp_path: Path, args: tuple[str, ...], stdin: str, said: str
) -> None:
    done = command(tmp_path, *args, stdin=stdin)
    assert done.returncode != 0
    assert said in done.stderr


@pytest.mark.parametrize(
    ("env", "said"),
    [
        ({"HUYING_PORT": "abc"}, "port"),
        ({"HUYING_DATABASE_URL": "mysql://x"}, "mysql"),
        ({"HUYING_CONTENT_DIR": "/nowhere"}, ".toml"),
    ],
)
def test_clear_words_for_wrong_settings(tmp_path: Path, env: dict[str, str], said: str) -> None:
    done = command(tmp_path, "check", **env)
    assert done.returncode == 2
    assert said in done.stderr


def test_a_mistake_ends_the_process_in_words(tmp_path: Path) -> None:
    done = started(tmp_path, "check", HUYING_PORT="abc")
    assert done.returncode == 2
    assert done.stderr.startswith("错误：设置有误")
    assert "Traceback" not in done.stderr


def test_chat_in_the_terminal_and_the_ledger_afterwards(tmp_path: Path) -> None:
    script = "3号楼2单元的楼道灯坏了\n/换 zhangjianguo\n接单\n办结 换了灯泡\n/换 lixiulan\n满意\n"
    done = command(tmp_path, "chat", "--as", "lixiulan", stdin=script)
    assert done.returncode == 0, done.stderr
    assert "已登记" in done.stdout
    assert "新工单" in done.stdout
    assert "已结案" in done.stdout

    listed = command(tmp_path, "issues", "--json")
    [issue] = [json.loads(line) for line in listed.stdout.splitlines()]
    assert (issue["status"], issue["category"]) == ("closed", "repair.light")
    for kind in ("csv", "xlsx", "json"):
        out = tmp_path / f"ledger.{kind}"
        made = command(tmp_path, "export", "issues", "--format", kind, "-o", str(out))
        assert made.returncode == 0, made.stderr
        assert out.stat().st_size > 100


def test_a_community_trains_on_its_own_ledger(tmp_path: Path) -> None:
    words = {
        "路灯": "灯不亮 灯坏了 黑灯瞎火 路灯一闪一闪",
        "噪音": "半夜太吵 装修声音大 广场舞吵 狗叫",
    }
    lines = [
        f"{text}第{number}次反映,{label}"
        for label, texts in words.items()
        for text in texts.split()
        for number in range(5)
    ]
    ledger = tmp_path / "ledger.csv"
    ledger.write_text("内容,类别\n" + "\n".join(lines) + "\n", encoding="utf-8")
    columns = ("--text", "内容", "--label", "类别")
    model = str(tmp_path / "model")

    learnt = command(tmp_path, "learn", str(ledger), *columns, "--model", model)
    assert learnt.returncode == 0, learnt.stderr
    stdin = json.dumps({"id": 7, "text": "楼下的灯又坏了"}, ensure_ascii=False)
    answer = json.loads(command(tmp_path, "classify", "--model", model, stdin=stdin).stdout)
    assert (answer["id"], answer["label"]) == (7, "路灯")
    assert 0 <= answer["confidence"] <= 1
    judged = command(tmp_path, "evaluate", str(ledger), *columns, "--model", model)
    assert "共 40 条" in judged.stdout
    wrong = command(
        tmp_path, "learn", str(ledger), "--text", "没有", "--label", "类别", "--model", model
    )
    assert "没有“没有”这一列" in wrong.stderr


def test_common_problems_of_any_file(tmp_path: Path) -> None:
    said = [
        "金盛小区旁边的搅拌站粉尘太大，天天灰蒙蒙",
        "金盛小区搅拌站夜里生产，粉尘噪音受不了",
        "请问公积金怎么提取",
    ]
    stdin = "\n".join(
        json.dumps({"id": f"c{i}", "text": text, "time": f"2019/7/{i + 1} 6:22:52"})
        for i, text in enumerate(said)
    )
    done = command(tmp_path, "cluster", stdin=stdin)
    assert done.returncode == 0, done.stderr
    found = {row["id"]: row["cluster"] for row in map(json.loads, done.stdout.splitlines())}
    assert found["c0"] == found["c1"] == "c0"
    assert found["c2"] == "c2"


def test_retention_says_what_would_go(tmp_path: Path) -> None:
    done = command(tmp_path, "retention", "--dry-run")
    assert done.returncode == 0, done.stderr
    assert "没有登记成事项的聊天\t0" in done.stdout
    assert "已清理" not in done.stdout
