"""冻结 and 解除: what a court or an inquiry needs is not forgotten."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from desk import holding
from handlers import which
from handlers.commands import Command
from handlers.turn import Turn


def hold(turn: Turn, command: Command) -> str:
    """冻结 1123-07 原因."""
    issue = holding.hold(turn.act, which.by_number(turn, command.number or ""), command.rest)
    return turn.say("hold.done", number=issue.number)


def release(turn: Turn, command: Command) -> str:
    """解除 1123-07 原因."""
    issue = holding.release(turn.act, which.by_number(turn, command.number or ""), command.rest)
    return turn.say("hold.released", number=issue.number)


ACTIONS: Mapping[str, Callable[[Turn, Command], str]] = {"hold": hold, "release": release}
