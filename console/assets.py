"""Scripts, styles and vendored libraries: compressed once, kept by browsers for a year.

Waitress does not compress, and many communities run without nginx in front.
"""

from __future__ import annotations

import gzip
import hashlib
import mimetypes
from functools import lru_cache
from pathlib import Path
from typing import Final

from flask import Response, abort, request, url_for

FOLDER: Final = Path(__file__).parent / "static"
_TEXT: Final = (".js", ".css", ".svg", ".json", ".webmanifest")


def url(name: str) -> str:
    """A file's address; it changes with the file, so that it can be cached for good."""
    return url_for("console.static", name=name, v=_file(name)[2])


def serve(name: str) -> Response:
    try:
        plain, packed, digest = _file(name)
    except (OSError, ValueError):
        abort(404)
    small = packed is not None and request.accept_encodings.quality("gzip") > 0
    response = Response(
        packed if small else plain, mimetype=mimetypes.guess_type(name)[0] or "text/plain"
    )
    if small:
        response.headers["Content-Encoding"] = "gzip"
    response.headers["Vary"] = "Accept-Encoding"
    response.headers["Cache-Control"] = (
        "public, max-age=31536000, immutable" if request.args.get("v") == digest else "no-cache"
    )
    return response


@lru_cache(maxsize=64)
def _file(name: str) -> tuple[bytes, bytes | None, str]:
    """A file as it is, compressed where that helps, and its digest."""
    path = (FOLDER / name).resolve()
    if not path.is_relative_to(FOLDER.resolve()):
        raise ValueError(name)
    plain = path.read_bytes()
    packed = gzip.compress(plain, 9, mtime=0) if path.suffix in _TEXT else None
    return plain, packed, hashlib.sha256(plain).hexdigest()[:12]
