"""What becomes of work when the roster changes, and of clocks when work is paused."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from data.tables import parties
from desk.imports import import_table
from tests.journey.town import Town

LIGHT = "泉馨苑3号楼2单元的楼道灯坏了"


def test_work_of_a_team_that_is_gone_finds_a_new_owner(town: Town, tmp_path: Path) -> None:
    town.say("李秀兰", LIGHT)
    assert town.issue("1123-01").owner_team == "xiaobanshou"
    due = town.issue("1123-01").done_due
    community = town.runtime.settings.content_dir / "community"
    rows = (community / "teams.csv").read_text("utf-8-sig").splitlines(keepends=True)
    kept = tmp_path / "teams.csv"
    kept.write_text("".join(r for r in rows if not r.startswith("xiaobanshou,")), encoding="utf-8")
    import_table(town.runtime.db, "teams", kept, town.now)
    town.wait(minutes=1)
    issue = town.issue("1123-01")
    assert (issue.owner_team or issue.owner_person) not in (None, "xiaobanshou")
    assert issue.done_due == due
    assert any("1123-01" in text and "改由" in text for text in town.heard("李秀兰"))


def test_who_works_along_is_paused_too(town: Town) -> None:
    town.say("李秀兰", LIGHT)
    town.say("张建国", "接单 1123-01")
    town.say("吴倩", "协办 1123-01 供电所")

    def clocks() -> list[timedelta]:
        issue = town.issue("1123-01").id
        with town.runtime.db.read() as tx:
            [party] = parties.of_issue(tx, issue)
        return [party.arrive_due - town.now, party.done_due - town.now]

    before = clocks()
    town.say("张建国", "挂起 1123-01 等配件")
    town.say("吴倩", "同意 1123-01")
    town.wait(days=2)
    town.say("张建国", "恢复 1123-01")
    assert clocks() == before
