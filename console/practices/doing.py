"""The operations that programs have, as things to be done from a page."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final

from api import rest
from api.operations import Call, NoBody, Nothing
from console.practices.shape import Doing, Options
from data.rows import ApiToken
from desk.service import SYSTEM, Act

_OPERATIONS: Final = {each.name: each for each in rest.OPERATIONS}
CONSOLE: Final = ApiToken(  # what an operation hears of who asks: a person, and no program
    id=0, name="console", hash="", scopes=(), person="", created_at=SYSTEM.created_at,
    expires_at=None, revoked_at=None, used_at=None,
)  # fmt: skip


def of_api(
    name: str,
    operation: str,
    path: Callable[[Any], Mapping[str, str]] = lambda _row: {},
    choices: Mapping[str, Callable[[Act, Any], Options]] | None = None,
    given: Callable[[Act, Any], Mapping[str, str]] = lambda _act, _row: {},
) -> Doing:
    """An operation of the API; `path` says which row its path names."""
    known = _OPERATIONS[operation]

    def do(act: Act, row: Any, body: Any) -> object:
        where = path(row) if row is not None else {}
        return known.handle(Call(act, CONSOLE, where, Nothing(), body))

    return Doing(name, known.body or NoBody, do, choices or {}, given)
