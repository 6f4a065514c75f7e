"""Photos of the simulator: what somebody chose, or drawn on the spot, and telling as much as a
real phone's do."""

from __future__ import annotations

import re
import secrets
from io import BytesIO
from pathlib import Path

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from desk.message import Media

_SIZE = (1280, 960)
_DARK, _WALL, _LAMP = (38, 38, 46), (92, 90, 84), (214, 196, 120)


SAMPLE = "sample"  # the id of the drawn one
_ID = re.compile(r"[0-9a-f]{32}", re.ASCII)


class SimulatedMedia:
    """The vendor's store of photos: those that were chosen, else a dark staircase with its lamp."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def keep(self, photo: bytes) -> str:
        """Take a photo as it was sent; returns its id."""
        self._folder.mkdir(parents=True, exist_ok=True)
        name = secrets.token_hex(16)
        (self._folder / name).write_bytes(photo)
        return name

    def fetch(self, media: Media) -> bytes:
        """The photo of an id, or of an address that ends in one."""
        name = media.id.rpartition("/")[2]
        kept = self._folder / name
        return kept.read_bytes() if _ID.fullmatch(name) and kept.is_file() else self._drawn()

    def _drawn(self) -> bytes:
        """A photo with place and device in it, which nobody must find again."""
        image = Image.new("RGB", _SIZE, _DARK)
        draw = ImageDraw.Draw(image)
        for step in range(6):
            top = 500 + 75 * step
            draw.rectangle((300 - 50 * step, top, 980 + 50 * step, top + 70), fill=_WALL)
        draw.ellipse((600, 90, 680, 170), fill=_LAMP)
        told = Image.Exif()
        told[Base.Make] = "Simulator"
        told.get_ifd(IFD.GPSInfo)[GPS.GPSLatitude] = (37.0, 51.0, 36.0)
        file = BytesIO()
        image.save(file, "JPEG", exif=told)
        return file.getvalue()
