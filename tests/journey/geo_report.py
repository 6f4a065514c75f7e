"""An Open311 client, written to the GeoReport v2 specification and knowing nothing of the server.

https://wiki.open311.org/GeoReport_v2/ — each answer is checked against what the specification
promises before it is handed on: media type, root elements, required fields, kinds of values.
"""

from __future__ import annotations

import json
import re
from typing import Any
from xml.etree import ElementTree

from werkzeug.test import Client, TestResponse

MEDIA = {"json": "application/json", "xml": "text/xml"}
W3C = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:Z|[+-]\d\d:\d\d)")
SERVICE_FIELDS = {"service_code", "service_name", "description", "metadata", "type"}
ATTRIBUTE_FIELDS = {
    "variable", "code", "datatype", "required", "datatype_description", "order", "description",
}  # fmt: skip
REQUEST_FIELDS = {
    "service_request_id", "status", "status_notes", "service_name", "service_code", "description",
    "agency_responsible", "service_notice", "requested_datetime", "updated_datetime",
    "expected_datetime", "address", "address_id", "zipcode", "lat", "long", "media_url",
}  # fmt: skip
Entry = dict[str, Any]


class Refused(Exception):  # noqa: N818
    """The server answered with errors: (code, description) of each."""

    def __init__(self, status: int, errors: list[tuple[int, str]]) -> None:
        super().__init__(status, errors)
        self.status = status
        self.errors = errors


class GeoReport:
    """One endpoint in one format."""

    def __init__(self, client: Client, root: str, syntax: str, api_key: str = "") -> None:
        self._client = client
        self._root = root
        self._syntax = syntax
        self._api_key = api_key

    def services(self) -> list[Entry]:
        found = self._entries(self._get("services"), "services", "service")
        for entry in found:
            assert set(entry) >= SERVICE_FIELDS
            assert entry["metadata"] in ((True, False) if self._json else ("true", "false"))
            assert entry["type"] in ("realtime", "batch", "blackbox")
        return found

    def definition(self, code: str) -> list[Entry]:
        answer = self._get(f"services/{code}")
        if self._json:
            body = self._read(answer)
            attributes: list[Entry] = body["attributes"]
        else:
            body = self._read(answer)
            assert body.tag == "service_definition"
            assert body.findtext("service_code") == code
            attributes = [_fields(each) for each in body.findall("attributes/attribute")]
        for attribute in attributes:
            assert set(attribute) >= ATTRIBUTE_FIELDS
            assert attribute["datatype"] in (
                "string", "number", "datetime", "text", "singlevaluelist", "multivaluelist",
            )  # fmt: skip
        return attributes

    def post(self, **form: str) -> Entry:
        data = {"api_key": self._api_key, **form}
        answer = self._client.post(f"{self._root}/requests.{self._syntax}", data=data)
        [found] = self._entries(answer, "service_requests", "request")
        assert found.get("service_request_id") or found.get("token")
        assert "service_notice" in found
        assert "account_id" in found
        return found

    def requests(self, **query: str) -> list[Entry]:
        return self._requests(self._get("requests", **query))

    def request(self, reference: str, **query: str) -> Entry:
        [found] = self._requests(self._get(f"requests/{reference}", **query))
        return found

    def token(self, token: str) -> str:
        [found] = self._entries(self._get(f"tokens/{token}"), "service_requests", "request")
        assert found["token"] == token
        return str(found["service_request_id"])

    def _requests(self, answer: TestResponse) -> list[Entry]:
        found = self._entries(answer, "service_requests", "request")
        for entry in found:
            assert set(entry) == REQUEST_FIELDS
            assert entry["status"] in ("open", "closed")
            for name in ("requested_datetime", "updated_datetime", "expected_datetime"):
                assert W3C.fullmatch(entry[name]), entry[name]
        return found

    @property
    def _json(self) -> bool:
        return self._syntax == "json"

    def _get(self, path: str, **query: str) -> TestResponse:
        return self._client.get(f"{self._root}/{path}.{self._syntax}", query_string=query)

    def _read(self, answer: TestResponse) -> Any:
        assert answer.mimetype == MEDIA[self._syntax]
        assert answer.mimetype_params["charset"] == "utf-8"
        if self._json:
            body = json.loads(answer.data)
            errors = [(e["code"], e["description"]) for e in body] if _bad(answer) else []
        else:
            assert answer.data.startswith(b'<?xml version="1.0" encoding="utf-8"?>')
            body = ElementTree.fromstring(answer.data)
            errors = [
                (int(e.findtext("code") or 0), e.findtext("description") or "")
                for e in body.findall("error")
            ]
        if _bad(answer):
            raise Refused(answer.status_code, errors)
        return body

    def _entries(self, answer: TestResponse, root: str, name: str) -> list[Entry]:
        body = self._read(answer)
        if self._json:
            assert isinstance(body, list)
            return body
        assert body.tag == root
        assert {child.tag for child in body} <= {name}
        return [_fields(child) for child in body]


def _bad(answer: TestResponse) -> bool:
    return answer.status_code >= 400


def _fields(element: ElementTree.Element) -> Entry:
    return {child.tag: child.text for child in element}
