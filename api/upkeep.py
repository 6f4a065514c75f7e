"""For whoever looks after the deployment: /healthz, /metrics, and an id for every request."""

from __future__ import annotations

import hmac
import re
import secrets
from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime

from flask import Blueprint, Response, jsonify, request
from flask.typing import ResponseReturnValue
from prometheus_client import CONTENT_TYPE_LATEST

from data.database import Database, StoreFailed
from data.settings import Settings
from desk.health import look
from desk.logs import REQUEST
from desk.service import Service

HEADER = "X-Request-ID"
_ID = re.compile(r"[A-Za-z0-9-]{1,40}")  # of a proxy before us; anything else is not logged


def blueprint(
    db: Database,
    service: Service,
    settings: Settings,
    clock: Callable[[], datetime],
    commits: Callable[[], bool],
) -> Blueprint:
    """The two addresses; and every log line of a request says which one it was."""
    pages = Blueprint("upkeep", __name__)

    @pages.before_app_request
    def name() -> None:
        given = request.headers.get(HEADER, "")
        REQUEST.set(given if _ID.fullmatch(given) else secrets.token_hex(6))

    @pages.after_app_request
    def say_name(response: Response) -> Response:
        response.headers[HEADER] = REQUEST.get()
        return response

    @pages.get("/healthz")
    def healthz() -> ResponseReturnValue:
        found = look(db, service, clock(), commits)
        return jsonify(asdict(found)), 503 if found.status == "failed" else 200

    @pages.get("/metrics")
    def metrics() -> ResponseReturnValue:
        token = settings.metrics.token.get_secret_value()
        given = request.headers.get("Authorization", "").encode()
        if token and not hmac.compare_digest(given, f"Bearer {token}".encode()):
            return "", 401
        try:
            page = service.metrics.exposed(db, clock)
        except StoreFailed:
            return "", 503
        return Response(page, content_type=CONTENT_TYPE_LATEST)

    return pages
