"""The door of /api/v1: who asks, may he, is what he sends well formed; then one transaction."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any, get_origin

from flask import Response, request
from pydantic import BaseModel, ValidationError
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import RequestEntityTooLarge

from api import problems
from api.operations import Body, Call, File, NoBody, Operation, Query
from api.problems import Fault, Problem
from data.database import Database, Tx
from data.rows import ApiToken, Person
from desk import api_tokens
from desk.rules.lifecycle import Forbidden
from desk.service import Act, Service

BODY_CAP = 1 << 18
KEY_PATTERN = r"^[!-~]{1,64}$"


@dataclass(frozen=True)
class Door:
    """What every request needs at hand."""

    db: Database
    service: Service
    clock: Callable[[], datetime]

    def answer(self, operation: Operation, path: dict[str, str]) -> Response:
        """Carry one operation out; Problem and StoreFailed are answered by the blueprint."""
        now = self.clock()
        token, person = self.admit(bearer(), operation.scope, now)
        query = self._query(operation.query)
        body = self._body(operation.body) if operation.body else None
        key = self._key()
        prepared = operation.prepare(self.service, body) if operation.prepare else None
        transaction = self.db.write if operation.writes else self.db.read
        with transaction() as tx:
            act = self.act(tx, person, now)
            try:
                found = operation.handle(Call(act, token, path, query, body, key, prepared))
            except Forbidden as forbidden:
                raise problems.of_forbidden(forbidden) from forbidden
        api_tokens.note_use(self.db, token, now)
        return _response(found, operation.status)

    def admit(self, secret: str, scope: str, now: datetime) -> tuple[ApiToken, Person]:
        """The key and its person, if the key is good and has that scope."""
        if not secret:
            raise Problem("no_token")
        with self.db.read() as tx:
            held = api_tokens.holder(tx, secret, now)
        if held is None:
            raise Problem("bad_token")
        if scope not in held[0].scopes:
            raise Problem("no_scope", scope)
        return held

    def act(self, tx: Tx, person: Person, now: datetime) -> Act:
        return Act(tx, self.service, person, now, self.service.roster(tx))

    def _query(self, shape: type[Query]) -> Query:
        try:
            return shape.model_validate(_as_fields(shape, request.args))
        except ValidationError as error:
            raise problems.of_validation(self.service, error, "query") from error

    def _body(self, shape: type[Body]) -> Body:
        raw = read_body()
        if not raw and issubclass(shape, NoBody):
            return shape()
        if request.mimetype != "application/json":
            raise Problem("not_json")
        try:
            return shape.model_validate_json(raw)
        except ValidationError as error:
            raise problems.of_validation(self.service, error, "body") from error

    def _key(self) -> str:
        key = request.headers.get("Idempotency-Key")
        if key is None:
            return ""
        if not re.fullmatch(KEY_PATTERN, key, re.ASCII):
            message = self.service.say("api.fault.idempotency_key")
            raise Problem("invalid", faults=[Fault(field="Idempotency-Key", code="pattern",
                                                   message=message)])  # fmt: skip
        return key


def bearer() -> str:
    """The secret of `Authorization: Bearer …`, or ""."""
    kind, _, secret = request.headers.get("Authorization", "").partition(" ")
    return secret.strip() if kind.lower() == "bearer" else ""


def read_body() -> bytes:
    """The request's body, as long as it is not too large."""
    request.max_content_length = BODY_CAP
    try:
        return request.get_data(cache=True)
    except RequestEntityTooLarge as error:
        raise Problem("too_large") from error


def _as_fields(shape: type[Query], args: MultiDict[str, str]) -> dict[str, Any]:
    """Query parameters as a model takes them: lists where it has lists, else one value."""
    many = {name for name, f in shape.model_fields.items() if get_origin(f.annotation) is tuple}
    return {
        name: values if name in many or len(values) > 1 else values[0]
        for name, values in args.lists()
    }


def _response(found: BaseModel | File | None, status: int) -> Response:
    if found is None:
        return Response(status=204)
    if isinstance(found, File):
        response = Response(found.content, status, mimetype=found.type)
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Cache-Control"] = "private, no-store"
        return response
    return Response(found.model_dump_json(), status, mimetype="application/json")
