"""The power goes while residents write: what was acknowledged is on the disk. (bench/faults)"""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from bench.faults.power import cut_again_and_again, recorded
from data.settings import BadSettings, Settings


@pytest.mark.skipif(shutil.which("cc") is None, reason="NO POWER IS CUT: there is no C compiler")
def test_what_was_acknowledged_survives_a_power_cut(tmp_path: Path) -> None:
    record, acknowledged = recorded(tmp_path, 30, 0.05)
    looked, wrong = cut_again_and_again(record, acknowledged, 30, random.Random(20261128))
    assert wrong == []
    assert looked > 100, "too few promises were looked up: the test shows nothing"


def test_a_key_that_was_lost_is_asked_for_and_not_made_up(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path)
    assert settings.secret() == settings.secret()
    (tmp_path / "secret.key").write_bytes(b"")
    with pytest.raises(BadSettings, match=r"secret\.key 是空的"):
        settings.secret()
