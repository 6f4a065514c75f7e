"""What is kept of a photo: what can be seen, and nothing that tells where and with what."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, ImageDraw
from PIL.ExifTags import GPS, IFD, Base

from desk.message import Unfit
from desk.pictures import LONGEST_SIDE, cleaned

PLACE: dict[int, object] = {GPS.GPSLatitudeRef: "N", GPS.GPSLatitude: (37.0, 51.0, 36.0)}
COMMENT = b"taken by Li Xiulan"


def photo(size: tuple[int, int] = (80, 60), kind: str = "JPEG", **options: Any) -> bytes:
    """White, with a red corner at the top left."""
    image = Image.new("RGB", size, "white")
    ImageDraw.Draw(image).rectangle((0, 0, size[0] // 3, size[1] // 3), fill="red")
    file = BytesIO()
    image.save(file, kind, **options)
    return file.getvalue()


def exif(orientation: int = 1) -> Image.Exif:
    found = Image.Exif()
    found[Base.Orientation] = orientation
    found[Base.Make] = "Spy Camera Works"
    found.get_ifd(IFD.GPSInfo).update(PLACE)
    return found


def opened(content: bytes) -> Image.Image:
    image = Image.open(BytesIO(content))
    image.load()
    return image


def refused(raw: bytes) -> str:
    with pytest.raises(Unfit) as caught:
        cleaned(raw)
    return caught.value.reason


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_place_device_and_comment_are_gone(kind: str) -> None:
    raw = photo((80, 60), kind, exif=exif(), comment=COMMENT)
    assert opened(raw).getexif().get_ifd(IFD.GPSInfo), "the photo tells its place"
    kept = cleaned(raw).content
    image = opened(kept)
    assert image.format == "JPEG"
    assert not image.getexif()
    assert set(image.info) <= {"jfif", "jfif_version", "jfif_unit", "jfif_density"}
    for trace in (b"Spy Camera", b"Exif", COMMENT):
        assert trace not in kept


@pytest.mark.parametrize(
    ("orientation", "corner"), [(1, (0, 0)), (3, (1, 1)), (6, (1, 0)), (8, (0, 1))]
)
def test_a_photo_is_turned_upright(orientation: int, corner: tuple[int, int]) -> None:
    picture = cleaned(photo((90, 60), exif=exif(orientation)))
    turned = orientation in (6, 8)
    assert (picture.width, picture.height) == ((60, 90) if turned else (90, 60))
    image = opened(picture.content)
    at = (corner[0] * (picture.width - 1), corner[1] * (picture.height - 1))
    pixel = image.getpixel(at)
    assert isinstance(pixel, tuple)
    assert (pixel[0] > 200, pixel[1] < 90) == (True, True)


@pytest.mark.parametrize("size", [(5000, 1000), (1000, 5000), (2049, 3)])
@pytest.mark.parametrize("kind", ["JPEG", "PNG"])
def test_the_longest_side_fits_and_the_shape_stays(size: tuple[int, int], kind: str) -> None:
    picture = cleaned(photo(size, kind))
    assert max(picture.width, picture.height) <= LONGEST_SIDE
    assert opened(picture.content).size == (picture.width, picture.height)
    assert picture.width / picture.height == pytest.approx(size[0] / size[1], rel=0.6)


def test_a_small_photo_keeps_its_size_and_the_same_photo_its_name() -> None:
    one, two = cleaned(photo()), cleaned(photo())
    assert (one.width, one.height) == (80, 60)
    assert one == two
    assert cleaned(photo((81, 60))).sha != one.sha


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    file = BytesIO()
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:])
    pixel = opened(cleaned(file.getvalue()).content).getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert pixel[0] > 200 > pixel[2]


def test_what_is_see_through_lies_on_white() -> None:
    file = BytesIO()
    Image.new("RGBA", (20, 20), (255, 0, 0, 0)).save(file, "PNG")
    pixel = opened(cleaned(file.getvalue()).content).getpixel((10, 10))
    assert isinstance(pixel, tuple)
    assert min(pixel) > 250


@pytest.mark.parametrize("side", [7000, 12000, 60000])
def test_a_bomb_is_not_decoded(side: int) -> None:
    """A few bytes that claim to be gigabytes: refused by what they claim."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(b"\0" * 1000)), (b"IEND", b""))
    body = b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )
    assert refused(b"\x89PNG\r\n\x1a\n" + body) == "pixels"


@pytest.mark.parametrize("brand", [b"heic", b"mif1"])
def test_an_iphones_own_format_is_named(brand: bytes) -> None:
    assert refused(b"\x00\x00\x00\x18ftyp" + brand + b"\x00" * 40) == "heic"


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"GIF89a",
        b"%PDF-1.7 not a picture",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"MZ" + b"\0" * 200,
        photo(kind="BMP"),
        photo(kind="TIFF"),
        photo()[:300],
        photo(kind="PNG")[:100],
    ],
    ids=["empty", "stub", "pdf", "svg", "exe", "bmp", "tiff", "half a jpeg", "half a png"],
)
def test_what_is_no_picture_of_ours_is_refused(raw: bytes) -> None:
    assert refused(raw) == "picture"


# In production each is one line on the error stream, once.
@pytest.mark.filterwarnings("ignore::UserWarning:PIL")
@given(st.data())
def test_a_spoilt_file_is_kept_or_refused_and_nothing_else(data: st.DataObject) -> None:
    kind = data.draw(st.sampled_from(["JPEG", "PNG", "WEBP", "GIF"]))
    raw = bytearray(photo((80, 60), kind) if kind == "GIF" else photo(kind=kind, exif=exif(6)))
    for _ in range(data.draw(st.integers(1, 6))):
        raw[data.draw(st.integers(0, len(raw) - 1))] = data.draw(st.integers(0, 255))
    try:
        kept = cleaned(bytes(raw))
    except Unfit:
        return
    assert not opened(kept.content).getexif()
