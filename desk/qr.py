"""QR codes, and a sheet of them to print and put up. A code carries a parameter and no name."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

import segno

BORDER = 4  # modules of quiet around it, as the standard asks
# Two columns on A4; each label stays in one piece.
_STYLE = (
    "@page{size:A4;margin:12mm}body{font-family:sans-serif;display:grid;"
    "grid-template-columns:1fr 1fr;gap:8mm;margin:0}"
    "figure{margin:0;padding:6mm;border:1px solid #999;text-align:center;break-inside:avoid}"
    "svg{width:52mm;height:52mm}h2{margin:0 0 2mm;font-size:16pt}p{margin:2mm 0 0;font-size:11pt}"
)


@dataclass(frozen=True, slots=True)
class Label:
    """One code of a sheet: what it carries, and what is printed with it."""

    text: str
    title: str
    hint: str


def svg(text: str) -> str:
    """A code as a piece of SVG, of medium error correction: it hangs outdoors."""
    code = segno.make_qr(text, error="m")
    return str(code.svg_inline(border=BORDER, omitsize=True, svgclass=None, lineclass=None))


def sheet(title: str, labels: Sequence[Label]) -> str:
    """One page that holds everything it needs, for any browser's printer."""
    figures = "".join(
        f"<figure><h2>{escape(each.title)}</h2>{svg(each.text)}<p>{escape(each.hint)}</p></figure>"
        for each in labels
    )
    return (
        '<!DOCTYPE html><html lang="zh-CN"><meta charset="utf-8">'
        f"<title>{escape(title)}</title><style>{_STYLE}</style>{figures}</html>\n"
    )
