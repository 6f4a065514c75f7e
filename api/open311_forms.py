"""Open311 GeoReport v2 on paper: the same answers as XML and as JSON."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from xml.etree import ElementTree

from flask import Response

from data.rows import as_json

Syntax = Literal["xml", "json"]
Entry = Mapping[str, Any]
_MEDIA = {"xml": "text/xml; charset=utf-8", "json": "application/json; charset=utf-8"}
_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True)
class Form:
    """One kind of answer: its root in XML and the name of each entry below it."""

    root: str
    entry: str


SERVICES = Form("services", "service")
REQUESTS = Form("service_requests", "request")
ERRORS = Form("errors", "error")


def many(form: Form, entries: Sequence[Entry], syntax: Syntax, status: int = 200) -> Response:
    """A list of entries: a JSON array, or elements below a root."""
    if syntax == "json":
        return _response(as_json(list(entries)), syntax, status)
    root = ElementTree.Element(form.root)
    for entry in entries:
        _fill(ElementTree.SubElement(root, form.entry), entry)
    return _response(_xml(root), syntax, status)


def definition(entry: Entry, syntax: Syntax) -> Response:
    """A service definition: one object with its attributes."""
    if syntax == "json":
        return _response(as_json(entry), syntax, 200)
    root = ElementTree.Element("service_definition")
    _fill(root, entry)
    return _response(_xml(root), syntax, 200)


_LISTS = {"attributes": "attribute", "values": "value"}


def _fill(element: ElementTree.Element, entry: Entry) -> None:
    for name, value in entry.items():
        child = ElementTree.SubElement(element, name)
        if isinstance(value, list):
            for each in value:
                _fill(ElementTree.SubElement(child, _LISTS[name]), each)
        elif isinstance(value, bool):
            child.text = "true" if value else "false"
        elif value is not None:
            child.text = _NOT_XML.sub("", str(value))


def _xml(root: ElementTree.Element) -> str:
    return '<?xml version="1.0" encoding="utf-8"?>\n' + ElementTree.tostring(root, "unicode")


def _response(body: str, syntax: Syntax, status: int) -> Response:
    return Response(body, status, content_type=_MEDIA[syntax])
