"""The six steps of a project: 立项 开工 投产 达效 评估 推广. What is not in the table may not be.

Forward one step at a time, the last but one by those who review; back where something did not work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from desk.rules.lifecycle import Forbidden

Stage = Literal["approved", "started", "running", "effective", "assessed", "spread"]
State = Literal["open", "done", "stopped"]
Who = Literal["lead", "reviewer"]
Needs = Literal["lead", "due", "parties_agreed", "parties_accepted"]

STAGES: tuple[Stage, ...] = ("approved", "started", "running", "effective", "assessed", "spread")
_LEAD: frozenset[Who] = frozenset(("lead", "reviewer"))
_REVIEWER: frozenset[Who] = frozenset(("reviewer",))


@dataclass(frozen=True, slots=True)
class Step:
    """Who may take a step, whether it needs words, and what must be known before."""

    who: frozenset[Who]
    needs_note: bool = False
    needs: tuple[Needs, ...] = ()


TABLE: dict[tuple[Stage, Stage], Step] = {
    ("approved", "started"): Step(_LEAD, needs=("lead", "due", "parties_agreed")),
    ("started", "running"): Step(_LEAD, needs_note=True),
    ("running", "effective"): Step(_LEAD, needs_note=True),
    ("effective", "assessed"): Step(_REVIEWER, needs_note=True, needs=("parties_accepted",)),
    ("assessed", "spread"): Step(_REVIEWER, needs_note=True),
    ("started", "approved"): Step(_REVIEWER, needs_note=True),
    ("running", "started"): Step(_LEAD, needs_note=True),
    ("effective", "running"): Step(_LEAD, needs_note=True),
    ("assessed", "running"): Step(_REVIEWER, needs_note=True),  # it did not hold
}


def step(
    at: Stage, to: Stage, state: State, who: frozenset[Who], note: str, known: Sequence[Needs]
) -> Step:
    """The step from one stage to another; Forbidden where there is none or something lacks."""
    found = TABLE.get((at, to))
    if found is None or state == "stopped":
        raise Forbidden("status")
    if not found.who & who:
        raise Forbidden("person")
    if (found.needs_note and not note.strip()) or set(found.needs) - set(known):
        raise Forbidden("note")
    return found


def state_at(stage: Stage) -> State:
    """A project that was assessed and has passed is done; spreading it needs no more of anybody."""
    return "done" if stage in ("assessed", "spread") else "open"


def back_from(stage: Stage) -> Stage | None:
    """The stage that 退回 leads to."""
    order = STAGES.index(stage)
    return next((to for to in reversed(STAGES[:order]) if (stage, to) in TABLE), None)


def next_after(stage: Stage) -> Stage | None:
    order = STAGES.index(stage) + 1
    return STAGES[order] if order < len(STAGES) else None
