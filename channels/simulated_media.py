"""Photos of the simulator: drawn on the spot, and telling as much as a real phone's do."""

from __future__ import annotations

from io import BytesIO

from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from desk.message import Media

_SIZE = (1280, 960)
_DARK, _WALL, _LAMP = (38, 38, 46), (92, 90, 84), (214, 196, 120)


class SimulatedMedia:
    """A dark staircase with its lamp, whatever was asked for."""

    def fetch(self, media: Media) -> bytes:  # noqa: ARG002  there is only this one
        """The photo, with place and device in it, which nobody must find again."""
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
