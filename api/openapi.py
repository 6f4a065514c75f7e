"""The OpenAPI 3.1 document, made from the operations and their models: there is no second copy."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import models_json_schema

from api.door import KEY_PATTERN
from api.operations import NoBody, Operation
from api.problems import MEDIA_TYPE, ProblemView
from api.shapes import REFERENCE, SHA
from desk.pictures import TYPE
from desk.service import Service

VERSION = "1.0.0"
BASE = "/api/v1"
_PARAMETER = re.compile(r"<(\w+)>")
_PATH_PATTERNS = {
    "reference": REFERENCE,
    "sha": SHA,
    "webhook": r"^[0-9]{1,9}$",
    "entry": r"^[a-z]{1,16}-[0-9]{1,9}$",
    "round": r"^[a-z]{1,16}-[0-9]{1,9}$",
    "yard": r"^[0-9]{1,9}$",
    "station": r"^[0-9]{1,9}$",
    "card": r"^[0-9]{1,9}$",
    "survey": r"^[0-9]{1,9}$",
    "member": r"^[0-9]{1,9}$",
    "booking": r"^[0-9]{1,9}$",
    "project": r"^[0-9]{1,9}$",
    "task": r"^[0-9]{1,9}$",
    "question": r"^[0-9]{1,9}$",
    "meeting": r"^[0-9]{1,9}$",
    "topic": r"^[0-9]{1,9}$",
    "motion": r"^[0-9]{1,9}$",
    "fund": r"^[0-9]{1,9}$",
    "opinion": r"^[0-9]{1,9}$",
    "team": r"^[a-z0-9_-]{1,32}$",
}
# Which path parameter an answer gives, and where it stands in it.
_MADE = {
    "create_issue": ("reference", "$response.body#/items/0/issue/id"),
    "subscribe": ("webhook", "$response.body#/id"),
}
_ALWAYS = (401, 403, 422, 503)
_REF = "#/components/schemas/{model}"
Json = dict[str, Any]


def document(service: Service, operations: Sequence[Operation]) -> Json:
    """The whole document."""
    schemas = _schemas(service, operations)
    paths: dict[str, Json] = {}
    for operation in operations:
        path = _PARAMETER.sub(r"{\1}", operation.path)
        described = _operation(service, operation, schemas)
        if links := _links(operation, operations):
            described["responses"][str(operation.status)]["links"] = links
        paths.setdefault(path, {})[operation.method.lower()] = described
    return {
        "openapi": "3.1.0",
        "info": {
            "title": service.say("api.title", community=service.content.about.name),
            "version": VERSION,
            "description": service.say("api.about"),
        },
        "servers": [{"url": BASE}],
        "security": [{"bearer": []}],
        "paths": paths,
        "components": {
            "securitySchemes": {"bearer": {"type": "http", "scheme": "bearer"}},
            "schemas": schemas,
        },
    }


@cache  # a tenth of a second, and the same for the life of the process
def _models(operations: tuple[Operation, ...]) -> Json:
    """Every model once."""
    taken: list[tuple[type[BaseModel], Any]] = []
    for operation in operations:
        taken.append((operation.query, "validation"))
        if operation.body is not None:
            taken.append((operation.body, "validation"))
        if operation.answer is not None and issubclass(operation.answer, BaseModel):
            taken.append((operation.answer, "serialization"))
    taken.append((ProblemView, "serialization"))
    _, found = models_json_schema(list(dict.fromkeys(taken)), ref_template=_REF)
    schemas: Json = found["$defs"]
    return schemas


def _schemas(service: Service, operations: Sequence[Operation]) -> Json:
    """The models, with what only this community's content can say."""
    known = {
        "category": list(service.content.catalogue),
        "action": [
            name.removeprefix("action.")
            for name in service.content.replies
            if name.startswith("action.")
        ],
    }
    schemas: Json = _filled(_models(tuple(operations)), known)
    return schemas


def _filled(value: Any, known: Mapping[str, list[str]]) -> Any:
    """A schema with `known` replaced by the list it stands for."""
    if isinstance(value, list):
        return [_filled(each, known) for each in value]
    if not isinstance(value, dict):
        return value
    kept = {name: _filled(each, known) for name, each in value.items() if name != "known"}
    options = known.get(value["known"]) if isinstance(value.get("known"), str) else None
    if options is None:
        return kept
    if "anyOf" in kept:  # a field that may be left out
        return kept | {"anyOf": [{"type": "string", "enum": options}, {"type": "null"}]}
    return kept | {"enum": options}


def _operation(service: Service, operation: Operation, schemas: Json) -> Json:
    found: Json = {
        "operationId": operation.name,
        "summary": service.say(operation.said or f"api.operation.{operation.name}"),
        "description": service.say("api.scope", scope=operation.scope),
        "tags": [operation.tag],
        "parameters": [*_path_parameters(operation), *_query_parameters(operation, schemas)],
        "responses": _responses(service, operation),
    }
    if operation.name == "create_issue":
        found["parameters"].append(_idempotency_key(service))
    if operation.body is not None:
        found["requestBody"] = {
            "required": not issubclass(operation.body, NoBody),
            "content": {"application/json": {"schema": _ref(operation.body)}},
        }
    return found


def _links(operation: Operation, operations: Sequence[Operation]) -> Json:
    """What may be done next with what this operation has made."""
    source = _MADE.get(operation.name)
    if source is None:
        return {}
    parameter, expression = source
    return {
        each.name: {"operationId": each.name, "parameters": {parameter: expression}}
        for each in operations
        if f"<{parameter}>" in each.path
    }


def _path_parameters(operation: Operation) -> list[Json]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": _PATH_PATTERNS[name]},
        }
        for name in _PARAMETER.findall(operation.path)
    ]


def _query_parameters(operation: Operation, schemas: Json) -> list[Json]:
    shape: Json = schemas[operation.query.__name__]
    return [
        {
            "name": name,
            "in": "query",
            "required": name in shape.get("required", ()),
            "description": schema.get("description", ""),
            "schema": _present(schema),
        }
        for name, schema in shape.get("properties", {}).items()
    ]


def _present(schema: Json) -> Json:
    """A parameter's schema where it is given: it is left out rather than null."""
    options = [each for each in schema.get("anyOf", ()) if each != {"type": "null"}]
    if len(options) == 1:
        return {**options[0], "title": schema.get("title", "")}
    return {name: value for name, value in schema.items() if name != "description"}


def _idempotency_key(service: Service) -> Json:
    return {
        "name": "Idempotency-Key",
        "in": "header",
        "required": False,
        "description": service.say("api.idempotency_key"),
        "schema": {"type": "string", "pattern": KEY_PATTERN},
    }


def _responses(service: Service, operation: Operation) -> Json:
    said = service.say(f"api.status.{operation.status}")
    answer: Json = {"description": said}
    if operation.answer is not None and not issubclass(operation.answer, BaseModel):
        answer["content"] = {TYPE: {}}
    elif operation.answer is not None:
        answer["content"] = {"application/json": {"schema": _ref(operation.answer)}}
    found: Json = {str(operation.status): answer}
    statuses = {*_ALWAYS, *operation.problems}
    if operation.body is not None:
        statuses |= {400, 413, 415}
    for status in sorted(statuses):
        found[str(status)] = {
            "description": service.say(f"api.status.{status}"),
            "content": {MEDIA_TYPE: {"schema": _ref(ProblemView)}},
        }
    return found


def _ref(model: type[BaseModel]) -> Json:
    return {"$ref": _REF.format(model=model.__name__)}
