"""Open311 GeoReport v2 below /open311/v2: how city systems exchange with the desk.

Reading needs no key, as the specification has it: then only what is no secret is shown, up to the
building, and residents' own words only where they came in through Open311, masked. With a key,
whatever the key's person may see is shown; names, phones and rooms never are.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime

from flask import Blueprint, request
from flask.typing import ResponseReturnValue

from api import intake
from api.door import Door, bearer, read_body
from api.issues import keep
from api.open311_forms import ERRORS, REQUESTS, SERVICES, Entry, Syntax, definition, many
from api.open311_reading import Asked, Reader
from api.open311_taking import CHANNEL, Taken, take
from api.problems import STATUS, Problem
from data.contents import Category
from data.database import Database, StoreFailed
from data.tables import issues as table
from desk import events, views
from desk.recording import Origin
from desk.roster import Roster
from desk.service import SYSTEM, NotReady, Service
from nlp.values import Place

log = logging.getLogger(__name__)
BASE = "/open311/v2"
_KEYWORDS = 10


def blueprint(db: Database, service: Service, clock: Callable[[], datetime]) -> Blueprint:
    """The six methods of GeoReport v2, in both formats, and the discovery document."""
    desk = _Desk(Door(db, service, clock))
    pages = Blueprint("open311", __name__, url_prefix=BASE)
    syntaxes = "<any(xml,json):syntax>"

    @pages.get(f"/services.{syntaxes}")
    def services(syntax: Syntax) -> ResponseReturnValue:
        return many(SERVICES, desk.services(), syntax)

    @pages.get(f"/services/<code>.{syntaxes}")
    def service_definition(code: str, syntax: Syntax) -> ResponseReturnValue:
        return definition(desk.definition(code), syntax)

    @pages.get(f"/requests.{syntaxes}")
    def requests(syntax: Syntax) -> ResponseReturnValue:
        return many(REQUESTS, desk.requests(Asked.of(request.args)), syntax)

    @pages.post(f"/requests.{syntaxes}")
    def post(syntax: Syntax) -> ResponseReturnValue:
        read_body()
        return many(REQUESTS, [desk.post()], syntax, 201)

    @pages.get(f"/requests/<reference>.{syntaxes}")
    def one(reference: str, syntax: Syntax) -> ResponseReturnValue:
        return many(REQUESTS, desk.requests(Asked(references=(reference,)), one=True), syntax)

    @pages.get(f"/tokens/<token>.{syntaxes}")
    def token(token: str, syntax: Syntax) -> ResponseReturnValue:
        return many(REQUESTS, [desk.by_token(token)], syntax)

    @pages.errorhandler(Problem)
    def problem(fault: Problem) -> ResponseReturnValue:
        return _refused(service, fault)

    @pages.errorhandler(StoreFailed)
    @pages.errorhandler(NotReady)
    def store(failure: StoreFailed | NotReady) -> ResponseReturnValue:
        log.error("store: %s", failure)
        return _refused(service, Problem("store_unavailable"))

    return pages


def _refused(service: Service, fault: Problem) -> ResponseReturnValue:
    """An error as the specification writes it. Its codes: 403 for keys, 400 for what is missing."""
    status = {401: 403, 422: 400}.get(STATUS[fault.code], STATUS[fault.code])
    said = service.say(f"api.problem.{fault.code}")
    text = f"{said} {fault.detail}".strip()
    syntax: Syntax = "json" if request.path.endswith(".json") else "xml"
    return many(ERRORS, [{"code": status, "description": text}], syntax, status)


class _Desk:
    """What each method does."""

    def __init__(self, door: Door) -> None:
        self._door = door
        self._service = door.service

    def services(self) -> list[Entry]:
        return [self._listed(c) for c in self._service.content.catalogue.values()]

    def _listed(self, category: Category) -> Entry:
        return {
            "service_code": category.code,
            "service_name": category.name,
            "description": category.sub,
            "metadata": bool(category.slots),
            "type": "realtime",
            "keywords": ",".join(category.words[:_KEYWORDS]),
            "group": category.top,
        }

    def definition(self, code: str) -> Entry:
        """The places that this kind of thing cannot be done without."""
        category = self._service.content.catalogue.get(code)
        if category is None:
            raise Problem("unknown_service", code)
        return {
            "service_code": code,
            "attributes": [
                {
                    "variable": True,
                    "code": slot,
                    "datatype": "string",
                    "required": False,
                    "datatype_description": self._service.say("open311.from_address"),
                    "order": order,
                    "description": self._service.say(f"slot.{slot}"),
                    "values": [],
                }
                for order, slot in enumerate(category.slots, 1)
            ],
        }

    def requests(self, asked: Asked, *, one: bool = False) -> list[Entry]:
        """What was asked for, as far as whoever asks may see it."""
        now = self._door.clock()
        secret = request.args.get("api_key", "") or bearer()
        person = self._door.admit(secret, "read", now)[1] if secret else None
        if person is None and not self._service.settings.api.open311_public:
            raise Problem("no_token")
        with self._door.db.read() as tx:
            act = self._door.act(tx, person or SYSTEM, now)
            found = Reader(act, public=person is None).find(asked)
        if one and not found:
            raise Problem("not_found", asked.references[0])
        return found

    def post(self) -> Entry:
        now, form = self._door.clock(), request.form
        secret = form.get("api_key", "") or request.args.get("api_key", "") or bearer()
        token, person = self._door.admit(secret, "write", now)
        taken = take(self._service, form)
        said = self._service.understander.understand(taken.request.text)
        with self._door.db.write() as tx:
            act = self._door.act(tx, person, now)
            reporter = person
            if taken.address:
                address = f"{token.id}:{taken.address}"
                reporter = intake.known_reporter(act, CHANNEL, address, taken.name, taken.phone)
            asked = replace(taken.request, place=_place(act.roster, taken))
            keep(act, f"{CHANNEL}:{taken.token}", CHANNEL, reporter.id, taken.request.text)
            origin = Origin(reporter, CHANNEL, "", f"{CHANNEL}:{taken.token}")
            # Each request posted has a number of its own: staff merge what is the same.
            issue = intake.record(act, asked, said, origin, join=False)[0].issue
            if taken.media_url:
                events.append(act, issue, "media", data={"media": taken.media_url})
            owner = act.roster.owner_name(issue)
        return {
            "service_request_id": views.reference(issue),
            "token": taken.token,
            "service_notice": self._service.say("open311.notice", owner=owner),
            "account_id": taken.account or None,
        }

    def by_token(self, token: str) -> Entry:
        """The request that a token of `post` stands for."""
        with self._door.db.read() as tx:
            found = table.by_message(tx, f"{CHANNEL}:{token}")
        if not found:
            raise Problem("not_found", token)
        return {"service_request_id": views.reference(found[0]), "token": token}


def _place(roster: Roster, taken: Taken) -> Place:
    """The place as posted; an address_id is the code of a yard."""
    found = roster.place_by_code(taken.address_id) if taken.address_id else None
    if found is None:
        return taken.request.place
    given = taken.request.place
    return replace(given, estate=given.estate or found.estate, grid=found.grid)
