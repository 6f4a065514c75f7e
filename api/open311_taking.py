"""A service request as it is posted: which service, where, in what words, and by whom."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass

from api.intake import Request
from api.problems import Problem
from desk.service import Service
from nlp.values import Place

CHANNEL = "open311"
_LONGEST = 4000  # characters of a description, by the specification
_LONGEST_FIELD = 200
_NUMBER = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,12})?", re.ASCII)
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


@dataclass(frozen=True)
class Taken:
    """What was posted, checked."""

    request: Request
    token: str
    name: str
    phone: str
    account: str
    address: str  # what tells this reporter from others of the same key; "" if nothing was said
    address_id: str
    media_url: str


def take(service: Service, form: Mapping[str, str]) -> Taken:
    """Problem `invalid` names what is missing, `unknown_service` a wrong code."""

    def field(name: str, longest: int = _LONGEST_FIELD) -> str:
        return _CONTROL.sub("", form.get(name, "")).strip()[:longest]

    code = field("service_code")
    if not code:
        raise Problem("missing_field", "service_code")
    category = service.content.catalogue.get(code)
    if category is None:
        raise Problem("unknown_service", code)
    address, address_id = field("address_string"), field("address_id")
    point = _point(field("lat"), field("long"))
    if not (address or address_id or point):
        raise Problem("missing_field", "address_string | address_id | lat + long")
    lines = [field("description", _LONGEST) or category.name]
    lines += [service.say("open311.address", address=address)] if address else []
    lines += [service.say("open311.point", point=point)] if point else []
    phone = field("phone")
    return Taken(
        request=Request("\n".join(lines), code, _place(service, address, form)),
        token=secrets.token_hex(16),
        name=field("last_name") + field("first_name"),
        phone=phone,
        account=field("account_id"),
        address=field("account_id") or phone or field("email") or field("device_id"),
        address_id=address_id,
        media_url=field("media_url", 500),
    )


def _place(service: Service, address: str, form: Mapping[str, str]) -> Place:
    """From the attributes, else from the address; other words of the text do not decide."""
    said = (service.understander.place(address) if address else None) or Place()

    def attribute(name: str) -> str | None:
        return _CONTROL.sub("", form.get(f"attribute[{name}]", "")).strip()[:64] or None

    return Place(
        estate=attribute("estate") or said.estate,
        building=attribute("building") or said.building,
        unit=attribute("unit") or said.unit,
        room=attribute("room") or said.room,
    )


def _point(lat: str, long: str) -> str:
    """`lat,long` if both were given; Problem if they are no place on earth."""
    if not lat and not long:
        return ""
    if not (_NUMBER.fullmatch(lat) and _NUMBER.fullmatch(long)):
        raise Problem("invalid", "lat, long")
    if abs(float(lat)) > 90 or abs(float(long)) > 180:
        raise Problem("invalid", "lat, long")
    return f"{lat},{long}"
