"""One callback's fields, read strictly: XML or JSON in, text of the expected shape or BadMessage.

wechatpy's own parser answers None, five kinds of exception or a list where text belongs, according
to what is wrong; here each of these is one BadMessage, whose words never quote the content.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal
from xml.parsers.expat import ExpatError

import xmltodict

from desk.message import BadMessage

Syntax = Literal["xml", "json"]

LONGEST_ID = 128
LONGEST_WORDS = 20_000  # characters; more than anybody can type into WeChat at once
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def clean(text: str) -> str:
    """The text without what neither XML nor a database holds: control characters, half emoji."""
    return _NOT_IN_XML.sub("", text)


class Document:
    """The fields of one message, each read as the type it must have."""

    def __init__(self, fields: Mapping[str, object], syntax: Syntax) -> None:
        self._fields = fields
        self.syntax: Syntax = syntax

    def __contains__(self, name: str) -> bool:
        return name in self._fields

    def text(self, name: str) -> str:
        """A field's text, "" where it is absent or empty."""
        value = self._fields.get(name)
        if value is None:
            return ""
        if isinstance(value, int) and not isinstance(value, bool):
            return str(value)
        if not isinstance(value, str):
            raise BadMessage(f"{name} is not one text")
        return clean(value).strip()

    def words(self, name: str) -> str:
        """What somebody said. A megabyte of it would be read, masked and shown for ever."""
        return self.text(name)[:LONGEST_WORDS]

    def identifier(self, name: str) -> str:
        """A short, non-empty field that names something."""
        value = self.text(name)
        if not value or len(value) > LONGEST_ID or not value.isprintable():
            raise BadMessage(f"{name} names nothing")
        return value

    def time(self, name: str) -> datetime:
        """Unix seconds as UTC."""
        return utc(self.text(name))

    def section(self, name: str) -> Document:
        """A nested object; an empty one where it is absent."""
        return self._nested(self._fields.get(name), name)

    def sections(self, name: str) -> list[Document]:
        """A list of nested objects."""
        items = self._fields.get(name)
        if not isinstance(items, list):
            raise BadMessage(f"{name} is not a list")
        return [self._nested(item, name) for item in items]

    def _nested(self, value: object, name: str) -> Document:
        if value is None:
            return Document({}, self.syntax)
        if not isinstance(value, dict):
            raise BadMessage(f"{name} is not a structure")
        return Document(value, self.syntax)


def utc(seconds: str) -> datetime:
    """Unix seconds, as digits, in UTC."""
    if not (seconds.isascii() and seconds.isdigit() and len(seconds) <= 10):
        raise BadMessage("a time that is none")
    return datetime.fromtimestamp(int(seconds), UTC)


def read_document(body: bytes | str) -> Document:
    """Parse a callback's body or a decrypted plaintext; the first character tells the syntax."""
    try:
        text = body if isinstance(body, str) else body.decode()
    except UnicodeDecodeError:
        raise BadMessage("not UTF-8") from None
    # Vendors pass a phone's control characters on as they are; they must not cost the message.
    text = clean(text).strip()
    return _json_document(text) if text.startswith("{") else _xml_document(text)


def _xml_document(text: str) -> Document:
    try:
        root = xmltodict.parse(text)
    except (ExpatError, ValueError):  # ValueError: entities, which xmltodict refuses
        raise BadMessage("not well-formed XML") from None
    fields = root.get("xml") if isinstance(root, dict) else None
    if not isinstance(fields, dict):
        raise BadMessage("no <xml> element with fields")
    return Document(fields, "xml")


def _json_document(text: str) -> Document:
    try:
        fields = json.loads(text, object_pairs_hook=_without_repeats)
    except (ValueError, RecursionError):
        raise BadMessage("not well-formed JSON") from None
    return Document(fields, "json")


def _without_repeats(pairs: list[tuple[str, object]]) -> dict[str, object]:
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise BadMessage("a field stands twice")
    return fields
