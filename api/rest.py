"""The blueprint of /api/v1: every operation of every file, and its document."""

from __future__ import annotations

import logging
from collections.abc import Callable
from datetime import datetime

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import HTTPException

from api import (
    actions,
    agreements,
    committee,
    council,
    governance,
    hearings,
    issues,
    jointly,
    knowledge,
    listing,
    lists,
    media,
    members,
    neighbourhood,
    openapi,
    points,
    problems,
    projects,
    reference,
    rounds,
    stations,
    statistics,
    tasks,
    webhooks,
)
from api.door import Door
from api.operations import Operation
from api.problems import Problem
from data.database import Database, StoreFailed
from data.rows import as_json
from desk.service import NotReady, Service

log = logging.getLogger(__name__)
_CODES = {400: "bad_request", 404: "not_found", 405: "not_allowed", 413: "too_large"}

OPERATIONS: tuple[Operation, ...] = (
    *issues.OPERATIONS,
    *actions.OPERATIONS,
    *media.OPERATIONS,
    *reference.OPERATIONS,
    *statistics.OPERATIONS,
    *webhooks.OPERATIONS,
    *listing.OPERATIONS,
    *members.OPERATIONS,
    *lists.OPERATIONS,
    *projects.OPERATIONS,
    *tasks.OPERATIONS,
    *agreements.OPERATIONS,
    *knowledge.OPERATIONS,
    *jointly.OPERATIONS,
    *council.OPERATIONS,
    *committee.OPERATIONS,
    *hearings.OPERATIONS,
    *points.OPERATIONS,
    *governance.OPERATIONS,
    *rounds.OPERATIONS,
    *neighbourhood.OPERATIONS,
    *stations.OPERATIONS,
)


def blueprint(db: Database, service: Service, clock: Callable[[], datetime]) -> Blueprint:
    """`/api/v1/…`; whatever goes wrong below it is a problem document."""
    door = Door(db, service, clock)
    pages = Blueprint("api", __name__, url_prefix=openapi.BASE)
    for operation in OPERATIONS:
        pages.add_url_rule(
            operation.path,
            operation.name,
            _view(door, operation),
            methods=[operation.method],
            provide_automatic_options=False,
        )

    @pages.get("/openapi.json")
    def described() -> ResponseReturnValue:
        body = as_json(openapi.document(service, OPERATIONS))
        return Response(body, mimetype="application/json")

    @pages.errorhandler(Problem)
    def problem(fault: Problem) -> ResponseReturnValue:
        return problems.respond(service, fault)

    @pages.errorhandler(StoreFailed)
    @pages.errorhandler(NotReady)
    def store(failure: StoreFailed | NotReady) -> ResponseReturnValue:
        log.error("store: %s", failure)
        return problems.respond(service, Problem("store_unavailable"))

    @pages.app_errorhandler(HTTPException)
    def http(error: HTTPException) -> ResponseReturnValue:
        """No page, no such method, our own failure: a document too, but only below /api/."""
        if not request.path.startswith(f"{openapi.BASE}/"):
            return error
        code = _CODES.get(error.code or 500, "failed")
        response = problems.respond(service, Problem(code))
        response.headers.extend(
            (name, value) for name, value in error.get_headers() if name.lower() == "allow"
        )
        return response

    return pages


def _view(door: Door, operation: Operation) -> Callable[..., Response]:
    def answer(**path: str) -> Response:
        return door.answer(operation, path)

    return answer
