"""Conversations, played over the real webhooks. A script's own words say what it shows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey.town import NotHeard, Town, play

SCRIPTS = sorted((Path(__file__).parents[1] / "transcripts").glob("*.txt"))


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda path: path.stem)
def test_transcript(town: Town, script: Path) -> None:
    play(town, script.read_text(encoding="utf-8"))


def test_the_readme_tells_the_truth(town: Town) -> None:
    readme = (Path(__file__).parents[2] / "README.md").read_text(encoding="utf-8")
    script = readme.partition("```text\n")[2].partition("```")[0]
    assert "满意" in script
    play(town, script)


def test_a_transcript_can_fail(town: Town) -> None:
    with pytest.raises(NotHeard):
        play(town, "李秀兰> 你好\n李秀兰< 绝不会这样回答")
