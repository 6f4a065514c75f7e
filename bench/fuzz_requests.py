"""Hostile requests to the console, the chat page, the REST interface and Open311."""

from __future__ import annotations

import json
import random
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask
from werkzeug.routing import Rule

from bench.fuzz_bodies import Request, mutated
from bench.fuzz_words import nasty

CONSOLE_FIELDS = (
    "q", "status", "level", "category", "grid", "team", "person", "since", "until", "flag",
    "answer",
    "done_since", "done_until", "act", "again", "back", "begin", "code", "day", "days", "into",
    "last", "name", "note", "old", "password", "period", "reason", "stop", "target", "teams",
    "totp",
    "before", "after", "seen", "next", "v", "page",
)  # fmt: skip
OPEN311_FIELDS = (
    "jurisdiction_id", "service_code", "service_request_id", "start_date", "end_date", "status",
    "api_key", "lat", "long", "address_string", "description", "email", "phone", "page",
    "page_size",
    "attribute[1]", "attribute[", "media_url", "first_name",
)  # fmt: skip
CHAT_FIELDS = ("actor", "chat", "text", "after", "key", "scene", "image", "file")
PLAUSIBLE = {
    "reference": ("1123-01", "1128-01", "1", "1128-02"), "person": ("zhangjianguo", "wangfang"),
    "action": ("accept", "finish", "note", "merge", "x"), "syntax": ("xml", "json"),
    "sha": ("0" * 64, "f" * 63), "by": ("grid", "team", "category"),
}  # fmt: skip
# Signing out and one's own password: after them there would be nobody left to ask as.
SPARED = ("/console/signout", "/console/account/", "/console/staff/<person>/access")


@dataclass(frozen=True)
class Who:
    """Whoever is asking: a browser's cookie with its form token, and a program's key."""

    cookie: str
    token: str
    key: str


class Requests:
    """Makes requests out of every route there is, and of what the OpenAPI document promises."""

    def __init__(self, app: Flask, document: dict[str, Any], who: Who) -> None:
        self.who = who
        skipped = ("/wechat", "/wecom", "/aibot")
        self._rules = [rule for rule in app.url_map.iter_rules() if rule.rule not in skipped]
        self._document = document

    def one(self, dice: random.Random) -> Request:
        """One attempt at any of them."""
        rule = dice.choice(self._rules)
        method = dice.choice(sorted(rule.methods or {"GET"}))
        if dice.random() < 0.03:
            method = dice.choice(("PUT", "DELETE", "PATCH", "TRACE", "GET", "POST", "X"))
        path = self._path(rule, dice)
        make = self._program if rule.rule.startswith("/api/") else self._browser
        return replace(make(rule, method, path, dice), aim=f"{method} {rule.rule}")

    def aims(self) -> set[str]:
        """What there is to be asked: every method of every route."""
        return {f"{method} {rule.rule}" for rule in self._rules for method in rule.methods or ()}

    def _path(self, rule: Rule, dice: random.Random) -> str:
        values = {name: self._value(name, dice) for name in rule.arguments}
        path = ""
        for piece in rule._trace:  # what was declared, piece by piece
            path += quote(values[piece[1]], safe="/") if piece[0] else piece[1].lstrip("|")
        return path or "/"

    def _value(self, name: str, dice: random.Random) -> str:
        if dice.random() < 0.5:
            return dice.choice(PLAUSIBLE.get(name, ("1", "2", "愿-1", "题-1")))
        return nasty(dice).encode("utf-8", "replace").decode() or "x"

    def _browser(self, rule: Rule, method: str, path: str, dice: random.Random) -> Request:
        fields = _fields_of(rule.rule)
        spared = method == "POST" and rule.rule.startswith(SPARED)
        signed_in = not spared and dice.random() < 0.9
        headers = {"Cookie": self.who.cookie if signed_in else _odd_cookie(dice)}
        if dice.random() < 0.1:
            headers |= {"HX-Request": "true", "X-Quiet": "1", "Accept-Language": nasty(dice)}
        form = _form(fields, dice)
        if method == "GET":
            return _request("page", method, path, form, b"", headers)
        if signed_in and dice.random() < 0.9:
            form.append(("csrf_token", self.who.token))
        kind = dice.choice(("application/x-www-form-urlencoded",) * 4 + (
            "multipart/form-data; boundary=x", "application/json", "text/plain"))  # fmt: skip
        body = _encoded(form, kind, dice)
        return _request("form", method, path, [], body, {**headers, "Content-Type": kind})

    def _program(self, rule: Rule, method: str, path: str, dice: random.Random) -> Request:
        template = "/" + rule.rule.removeprefix("/api/v1/").replace("<", "{").replace(">", "}")
        known = self._document["paths"].get(template) or self._document["paths"].get(
            "/api/v1" + template, {}
        )
        operation = known.get(method.lower(), {})
        names = [each["name"] for each in operation.get("parameters", ()) if "name" in each]
        query = _form(names or ["limit", "cursor", "q"], dice)
        headers = {"Authorization": f"Bearer {self.who.key if dice.random() < 0.9 else 'x'}"}
        if dice.random() < 0.2:
            headers["Idempotency-Key"] = nasty(dice)
        body = b""
        if method != "GET":
            body = json.dumps(self._shaped(operation, dice)).encode()
            if dice.random() < 0.3:
                body = mutated(body, dice)
            headers["Content-Type"] = "application/json" if dice.random() < 0.95 else nasty(dice)
        return _request("program", method, path, query, body, headers)

    def _shaped(self, operation: dict[str, Any], dice: random.Random) -> Any:
        """What the operation wants, with something wrong in it."""
        content = operation.get("requestBody", {}).get("content", {})
        schema = content.get("application/json", {}).get("schema", {})
        return self._instance(schema, dice, 0)

    def _instance(self, schema: dict[str, Any], dice: random.Random, depth: int) -> Any:
        if dice.random() < 0.07 or depth > 4:
            return dice.choice((None, [], {}, nasty(dice), 0, -1, 1e308, 2**70, True, [[]]))
        if "$ref" in schema:
            name = schema["$ref"].rsplit("/", 1)[1]
            schema = self._document.get("components", {}).get("schemas", {}).get(name, {})
        if options := schema.get("anyOf") or schema.get("oneOf"):
            return self._instance(dice.choice(options), dice, depth)
        if "enum" in schema and dice.random() < 0.8:
            return dice.choice(schema["enum"])
        match schema.get("type"):
            case "object":
                chosen = schema.get("properties", {})
                return {
                    name: self._instance(inner, dice, depth + 1)
                    for name, inner in chosen.items()
                    if dice.random() < 0.8
                }
            case "array":
                inner = schema.get("items", {})
                return [self._instance(inner, dice, depth + 1) for _ in range(dice.randrange(3))]
            case "integer" | "number":
                return dice.choice((0, 1, -1, 2**31, 2**63, 2**64, 10**30, 1.5, 1e308))
            case "boolean":
                return dice.random() < 0.5
        return dice.choice(("1123-01", "repair.light", "zhangjianguo", nasty(dice), nasty(dice)))


def _fields_of(path: str) -> Sequence[str]:
    if path.startswith("/open311"):
        return OPEN311_FIELDS
    return CHAT_FIELDS if path.startswith("/chat") else CONSOLE_FIELDS


def _form(names: Sequence[str], dice: random.Random) -> list[tuple[str, str]]:
    chosen = dice.choices(names, k=dice.choice((0, 1, 2, 5)))
    values = (
        "1123-01",
        "open",
        "U1",
        "2026-11-28",
        "2026-11",
        "month",
        "repair.light",
        "zhangjianguo",
    )
    return [(name, dice.choice(values) if dice.random() < 0.4 else nasty(dice)) for name in chosen]


def _encoded(form: list[tuple[str, str]], kind: str, dice: random.Random) -> bytes:
    if kind.startswith("multipart"):
        parts = [
            f'--x\r\nContent-Disposition: form-data; name="{n}"; filename="{n}"\r\n\r\n{v}\r\n'
            for n, v in form
        ]
        return mutated("".join((*parts, "--x--")).encode("utf-8", "replace"), dice)
    if kind == "application/json":
        return json.dumps(dict(form)).encode()
    body = urlencode(form, errors="surrogatepass").encode()
    return mutated(body, dice) if dice.random() < 0.1 else body


def _odd_cookie(dice: random.Random) -> str:
    return dice.choice(
        ("", "session=", "session=.eJx.x.y", f"session={quote(nasty(dice), errors='replace')}")
    )


def _request(
    kind: str, method: str, path: str, query: list[tuple[str, str]], body: bytes,
    headers: dict[str, str],
) -> Request:  # fmt: skip
    return Request(kind, method, path, urlencode(query, errors="surrogatepass"), body, headers)
