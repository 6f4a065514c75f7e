"""What goes wrong, as RFC 9457 problem details: a code for machines, a sentence for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from flask import Response
from pydantic import BaseModel, Field, ValidationError

from data.rows import as_json
from desk.rules.lifecycle import Forbidden
from desk.service import Service

MEDIA_TYPE = "application/problem+json"
STATUS = {
    "bad_json": 400,
    "bad_request": 400,
    "no_token": 401,
    "bad_token": 401,
    "no_scope": 403,
    "not_staff": 403,
    "bad_address": 403,
    "forbidden_person": 403,
    "forbidden_against": 403,
    "not_found": 404,
    "not_allowed": 405,
    "forbidden_status": 409,
    "unknown_target": 409,
    "forbidden_others": 409,
    "forbidden_member": 403,
    "too_large": 413,
    "not_json": 415,
    "unknown_category": 422,
    "unknown_action": 422,
    "unknown_service": 404,
    "missing_field": 400,
    "span_too_long": 400,
    "invalid": 422,
    "forbidden_note": 422,
    "failed": 500,
    "store_unavailable": 503,
}


class Fault(BaseModel):
    """一处不合格的输入。"""

    field: str = Field(description="哪一项")
    code: str = Field(description="机器读的原因")
    message: str = Field(description="人读的原因")


class ProblemView(BaseModel):
    """RFC 9457 的错误说明。"""

    type: str = Field(description="错误类型的 URI")
    title: str = Field(description="中文说明")
    status: int
    code: str = Field(description="机器读的错误码")
    detail: str = Field(default="", description="补充说明")
    errors: list[Fault] = Field(default_factory=list, description="逐项列出不合格的输入")


class Problem(Exception):  # noqa: N818
    """A request that is answered with a problem: `code` is one of STATUS."""

    def __init__(self, code: str, detail: str = "", faults: Sequence[Fault] = ()) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail
        self.faults = tuple(faults)


def of_forbidden(forbidden: Forbidden) -> Problem:
    """The lifecycle's refusal: the same reasons as in chat."""
    return Problem(f"forbidden_{forbidden.reason}")


def of_validation(service: Service, error: ValidationError, within: str = "") -> Problem:
    """Every fault pydantic has found, each in words."""
    found = error.errors(include_input=False, include_url=False, include_context=True)
    if any(fault["type"] == "json_invalid" for fault in found):
        return Problem("bad_json")
    return Problem("invalid", faults=[_fault(service, fault, within) for fault in found])


def _fault(service: Service, fault: Mapping[str, Any], within: str) -> Fault:
    kind = fault["type"]
    key = f"api.fault.{kind}"
    if key not in service.content.replies:
        key = "api.fault.other"
    limits = {name: fault.get("ctx", {}).get(name, "") for name in _LIMITS}
    place = ".".join(str(part) for part in fault["loc"]) or within
    return Fault(field=place, code=kind, message=service.say(key, **limits))


_LIMITS = ("min_length", "max_length", "ge", "le", "expected", "pattern")


def view(service: Service, problem: Problem) -> ProblemView:
    """A problem in words."""
    return ProblemView(
        type=f"urn:huying:problem:{problem.code}",
        title=service.say(f"api.problem.{problem.code}"),
        status=STATUS[problem.code],
        code=problem.code,
        detail=problem.detail,
        errors=list(problem.faults),
    )


def respond(service: Service, problem: Problem) -> Response:
    """The problem as an HTTP response."""
    body = as_json(view(service, problem).model_dump(mode="json"))
    response = Response(body, STATUS[problem.code], mimetype=MEDIA_TYPE)
    if response.status_code == 401:
        response.headers["WWW-Authenticate"] = 'Bearer realm="huying"'
    return response
