"""The folder of kept pictures."""

from __future__ import annotations

import hashlib
import os
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from data.database import StoreFailed
from desk.album import Album
from desk.pictures import Picture

NOW = datetime(2026, 11, 23, 1, 0, tzinfo=UTC)


def picture(content: bytes = b"a picture") -> Picture:
    return Picture(content, hashlib.sha256(content).hexdigest(), 1, 1)


@pytest.fixture
def album(tmp_path: Path) -> Album:
    return Album(tmp_path / "media")


def files(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def test_a_picture_lies_under_its_hash_and_twice_is_once(album: Album, tmp_path: Path) -> None:
    one = picture()
    album.put(one)
    album.put(one)
    assert files(tmp_path) == [f"media/{one.sha[:2]}/{one.sha}.jpg"]
    assert album.read(one.sha) == one.content
    assert album.read("0" * 64) is None


@pytest.mark.parametrize(
    "name", ["", "..", "../../etc/passwd", "a" * 63, "A" * 64, "a" * 64 + "\n", "/" + "a" * 63]
)
def test_no_other_name_leads_anywhere(album: Album, tmp_path: Path, name: str) -> None:
    (tmp_path / "media").mkdir()
    (tmp_path / "secret.jpg").write_bytes(b"secret")
    assert album.read(name) is None


def test_half_a_picture_is_never_seen(
    album: Album, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(StoreFailed, match="No space left"):
        album.put(picture())
    monkeypatch.undo()
    assert album.read(picture().sha) is None
    album.put(picture())
    assert album.read(picture().sha) == picture().content
    assert len(files(tmp_path)) == 2, "the draft lies there until it is cleared away"


def test_what_nobody_needs_is_removed_once_it_is_old(album: Album, tmp_path: Path) -> None:
    kept, unknown, young = (picture(name) for name in (b"kept", b"unknown", b"young"))
    for each in (kept, unknown, young):
        album.put(each)
    draft = tmp_path / "media" / kept.sha[:2] / f"{kept.sha}.0badcafe"
    draft.write_bytes(b"half")
    old = (NOW - timedelta(hours=2)).timestamp()
    for path in (tmp_path / "media").rglob("*.*"):
        if young.sha not in path.name:
            os.utime(path, (old, old))
    assert album.clear({kept.sha}, NOW - timedelta(hours=1)) == 2
    assert [album.read(p.sha) is not None for p in (kept, unknown, young)] == [True, False, True]
    assert not draft.exists()


def test_an_empty_house_has_nothing_to_clear(album: Album) -> None:
    assert album.clear(set(), NOW) == 0
