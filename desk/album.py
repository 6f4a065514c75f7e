"""The folder of kept pictures: each under the hash of its content, written whole or not at all."""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Set
from datetime import datetime
from pathlib import Path

from data.database import StoreFailed
from desk.pictures import Picture

SHA = re.compile(r"[0-9a-f]{64}", re.ASCII)


class Album:
    """`media/ab/abcd….jpg`: no name in it comes from outside."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, picture: Picture) -> None:
        """Keep a picture: afterwards it survives a power cut. StoreFailed when the disk is full."""
        try:
            self._write(self._path(picture.sha), picture.content)
        except OSError as error:
            raise StoreFailed(f"the album: {error.strerror}") from error

    def _write(self, path: Path, content: bytes) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = path.with_suffix(f".{secrets.token_hex(4)}")
        with draft.open("wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        draft.replace(path)
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, sha: str) -> bytes | None:
        """A picture's bytes; None if it is not here."""
        try:
            return self._path(sha).read_bytes() if SHA.fullmatch(sha) else None
        except FileNotFoundError:
            return None

    def has(self, sha: str) -> bool:
        """Whether a picture is here."""
        return self._path(sha).is_file()

    def clear(self, needed: Set[str], before: datetime) -> int:
        """Remove what nobody needs, drafts of the dead included; returns how many files.

        Only what is older than `before`: a younger file may belong to a row not yet written.
        """
        idle = [
            path
            for path in self._folder.glob("*/*")
            if path.suffix != ".jpg" or path.stem not in needed
        ]
        try:
            old = [path for path in idle if path.stat().st_mtime < before.timestamp()]
            for path in old:
                path.unlink()
        except OSError as error:
            raise StoreFailed(f"the album: {error.strerror}") from error
        return len(old)

    def _path(self, sha: str) -> Path:
        return self._folder / sha[:2] / f"{sha}.jpg"
