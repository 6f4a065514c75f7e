"""What somebody's photo becomes before it is kept: upright, of bearable size, and mute.

Nothing of the original survives but what can be seen: the picture is drawn anew on an empty sheet,
so that place, device and time leave with everything else the camera wrote into the file.
"""

from __future__ import annotations

import hashlib
import struct
from dataclasses import dataclass
from io import BytesIO

from PIL import Image
from PIL.ExifTags import Base

from desk.message import Unfit

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
TYPE = "image/jpeg"
MOST_PIXELS = 40_000_000  # decoded, not sent: a few bytes can stand for gigabytes
LONGEST_SIDE = 2048
QUALITY = 85
_APPLES = frozenset((b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1"))
# What Pillow raises for a file that is broken, or made to break its reader.
_BROKEN = (OSError, SyntaxError, ValueError, TypeError, EOFError, LookupError, struct.error)
_PALETTES = ("P", "PA", "1")
_TURN = Image.Transpose
_UPRIGHT = {
    2: _TURN.FLIP_LEFT_RIGHT, 3: _TURN.ROTATE_180, 4: _TURN.FLIP_TOP_BOTTOM, 5: _TURN.TRANSPOSE,
    6: _TURN.ROTATE_270, 7: _TURN.TRANSVERSE, 8: _TURN.ROTATE_90,
}  # fmt: skip
_BOMB = (Image.DecompressionBombError, Image.DecompressionBombWarning)


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as it is kept."""

    content: bytes
    sha: str
    width: int
    height: int


def cleaned(raw: bytes) -> Picture:
    """The picture that these bytes show; Unfit when they show none that we can keep."""
    if raw[4:8] == b"ftyp" and raw[8:12] in _APPLES:
        raise Unfit("heic")
    try:
        with Image.open(BytesIO(raw), formats=FORMATS) as image:
            if image.width * image.height > MOST_PIXELS:
                raise Unfit("pixels")
            drawn = _drawn(image)
    except _BOMB:
        raise Unfit("pixels") from None
    except _BROKEN:
        raise Unfit("picture") from None
    with BytesIO() as file:
        drawn.save(file, "JPEG", quality=QUALITY)
        content = file.getvalue()
    return Picture(content, hashlib.sha256(content).hexdigest(), drawn.width, drawn.height)


def _drawn(image: Image.Image) -> Image.Image:
    """The first frame, upright, on white paper.

    Pillow's own `exif_transpose` writes the rest of the EXIF anew, and fails where that is spoilt.
    """
    turn = _UPRIGHT.get(image.getexif().get(Base.Orientation, 1))
    if image.mode not in _PALETTES:  # those cannot be scaled; the others take less room scaled
        image.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    seen = image.convert("RGBA")
    seen.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    if turn is not None:
        seen = seen.transpose(turn)
    paper = Image.new("RGB", seen.size, "white")
    paper.paste(seen, mask=seen)
    return paper
