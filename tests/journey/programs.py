"""A city's program with its key, talking to the sample community over HTTP."""

from __future__ import annotations

import json
import secrets
from typing import Any

from werkzeug.test import TestResponse

from desk import api_tokens
from desk.api_tokens import Scope
from tests.journey.town import Town

BASE = "/api/v1"
LIGHT = "泉馨苑3号楼2单元的楼道灯坏了，晚上黑得看不见"
DOOR = "八家巷5号楼门禁坏了"


class Program:
    """Holds one key and speaks JSON."""

    def __init__(
        self,
        town: Town,
        person: str = "gaojianmin",
        *scopes: Scope,
        name: str = "",
        days: int | None = None,
    ) -> None:
        self.town = town
        self.name = name or f"{person}-{'-'.join(scopes)}"
        with town.runtime.db.write() as tx:
            _, self.secret = api_tokens.make(
                tx, self.name, person, scopes or ("read", "write"), town.now, days
            )
        self.client = town.runtime.app.test_client()

    def call(self, method: str, path: str, **options: Any) -> TestResponse:
        headers = {"Authorization": f"Bearer {self.secret}", **options.pop("headers", {})}
        return self.client.open(BASE + path, method=method, headers=headers, **options)

    def get(self, path: str, **query: Any) -> Any:
        answer = self.call("GET", path, query_string=query)
        assert answer.status_code == 200, answer.text
        return answer.json

    def post(self, path: str, body: object = None, **options: Any) -> Any:
        answer = self.call("POST", path, json=body if body is not None else {}, **options)
        assert answer.status_code in (200, 201), answer.text
        return answer.json

    def refused(self, method: str, path: str, **options: Any) -> tuple[int, str]:
        """The status and the code of a problem document; it must be one, and in Chinese."""
        answer = self.call(method, path, **options)
        assert answer.content_type == "application/problem+json", answer.text
        problem: Any = answer.json
        assert problem["status"] == answer.status_code
        assert problem["type"] == f"urn:huying:problem:{problem['code']}"
        assert any("\u4e00" <= character <= "\u9fff" for character in problem["title"])
        return answer.status_code, problem["code"]

    def report(self, text: str, **more: Any) -> Any:
        """One sentence that makes one issue; the issue."""
        [made] = self.post("/issues", {"text": text, **more})["items"]
        return made["issue"]

    def do(self, number: str, action: str, **body: Any) -> Any:
        return self.post(f"/issues/{number}/actions/{action}", body)


def read(answer: TestResponse) -> Any:
    return json.loads(answer.data)


def reported(
    town: Town, text: str = LIGHT, category: str = "repair.light", by: str = "lixiulan"
) -> Any:
    """A resident reports something, by a key of her own; the issue."""
    return Program(town, by, name=f"{by}-{secrets.token_hex(4)}").report(text, category=category)
