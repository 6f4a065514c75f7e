"""Fields read strictly: whatever wechatpy's parser makes of bad input is one BadMessage here."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from channels.document import LONGEST_WORDS, read_document
from desk.message import BadMessage


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b" \n",
        b"hello",
        b"<xml>",
        b"<xml/>",
        b"<xml>text</xml>",
        b"<xml></xml><xml></xml>",
        b"<other><A>1</A></other>",
        b"\xff\xfe<xml/>",
        b'<!DOCTYPE x [<!ENTITY a "b">]><xml><A>&a;</A></xml>',
        b"<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><xml><A>&a;</A></xml>",
        b"{",
        b'{"a": }',
        b'{"a": 1, "a": 2}',
        b'{"a":' + b"[" * 200_000,
        b'{"a":' + b"1" * 5000 + b"}",
        b"[1]",
        b"null",
    ],
)
def test_what_is_no_document_is_a_bad_message(body: bytes) -> None:
    with pytest.raises(BadMessage):
        read_document(body)


@pytest.mark.parametrize(
    "body",
    [
        b"<xml><A>1</A><A>2</A></xml>",
        b"<xml><A><B>1</B></A></xml>",
        b'<xml><A x="1">2</A></xml>',
        b'{"A": ["1", "2"]}',
        b'{"A": {"B": 1}}',
        b'{"A": true}',
        b'{"A": 1.5}',
    ],
)
def test_a_field_that_is_not_one_text_is_a_bad_message(body: bytes) -> None:
    document = read_document(body)
    for read in (document.text, document.identifier, document.time):
        with pytest.raises(BadMessage):
            read("A")


def test_fields_are_read_as_what_they_are() -> None:
    document = read_document("<xml><A> x </A><B/><T>1700000000</T><E>a\x08b</E></xml>")
    assert document.text("A") == "x"
    assert document.text("B") == document.text("missing") == ""
    assert document.time("T") == datetime(2023, 11, 14, 22, 13, 20, tzinfo=UTC)
    assert document.text("E") == "ab"


def test_what_is_said_is_as_long_as_somebody_can_say() -> None:
    long = "灯" * (LONGEST_WORDS + 1)
    document = read_document(f"<xml><Content>{long}</Content></xml>")
    assert document.words("Content") == long[:LONGEST_WORDS]
    assert document.text("Content") == long, "a cipher is not cut"


def test_half_an_emoji_never_reaches_the_store() -> None:
    document = read_document('{"A": "灯\\ud83d坏", "B": "\\ud83d\\ude00", "C": "a\\u0000b"}')
    assert [document.text(name) for name in "ABC"] == ["灯坏", "😀", "ab"]


@pytest.mark.parametrize("value", ["", "-1", "1e9", "99999999999", "１２", "1 2", "x"])
def test_a_time_that_is_none_is_a_bad_message(value: str) -> None:
    with pytest.raises(BadMessage):
        read_document(f"<xml><T>{value}</T><A>1</A></xml>").time("T")


@pytest.mark.parametrize("value", ["", "a" * 129, "a\nb"])
def test_an_identifier_is_short_and_printable(value: str) -> None:
    with pytest.raises(BadMessage):
        read_document(f"<xml><I>{value}</I><A>1</A></xml>").identifier("I")


@given(st.one_of(st.binary(max_size=200), st.text(max_size=200)))
def test_any_bytes_are_a_document_or_a_bad_message(body: bytes | str) -> None:
    try:
        document = read_document(body)
        document.text("MsgType")
    except BadMessage:
        return
    assert document.syntax in ("xml", "json")
