"""One list of operations. The routes and the OpenAPI document are both made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict

from data.rows import ApiToken
from desk.api_tokens import Scope
from desk.service import Act

Q = TypeVar("Q")
B = TypeVar("B")


class Query(BaseModel):
    """Query parameters: a misspelt one is an error, not silence."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Body(BaseModel):
    """A JSON body, taken by its word: "3" is no number."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class Nothing(Query):
    """No query parameters."""


class NoBody(Body):
    """不需要内容。"""


@dataclass(frozen=True)
class File:
    """An answer that is no JSON: a picture's bytes."""

    content: bytes
    type: str


@dataclass(frozen=True)
class Call(Generic[Q, B]):
    """One request, checked: who asks, in which transaction, for what."""

    act: Act
    token: ApiToken
    path: Mapping[str, str]
    query: Q
    body: B
    key: str = ""  # Idempotency-Key
    prepared: Any = None  # what `prepare` has made of the body, outside the transaction


@dataclass(frozen=True)
class Operation:
    """One method of one path. Its name is the key of its sentence in replies.toml."""

    name: str
    method: Literal["GET", "POST", "DELETE"]
    path: str  # below /api/v1, as Flask writes it
    scope: Scope
    answer: type[BaseModel] | type[File] | None
    handle: Callable[[Call[Any, Any]], BaseModel | File | None]
    query: type[Query] = Nothing
    body: type[Body] | None = None
    status: int = 200
    problems: tuple[int, ...] = field(default=())
    prepare: Callable[[Any, Any], Any] | None = None
    tag: str = "issues"
    said: str = ""  # the sentence's key, where it is not the operation's own
    logged: bool = False  # that somebody looked is written down

    @property
    def writes(self) -> bool:
        return self.method != "GET" or self.logged
