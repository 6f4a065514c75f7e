"""三率: response, solution, satisfaction over valid call-backs (接诉即办; DOMAIN, "三率").

Without a valid call-back there is no rate at all, neither 0 nor 100.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

Satisfaction = Literal["satisfied", "fairly", "unsatisfied"]
WORTH: dict[Satisfaction, float] = {"satisfied": 1.0, "fairly": 0.9, "unsatisfied": 0.0}
WEIGHTS = (0.1, 0.5, 0.4)  # response, solution, satisfaction in the composite


@dataclass(frozen=True, slots=True)
class CallBack:
    """What a resident answered about one issue."""

    contacted: bool
    solved: bool
    satisfaction: Satisfaction


@dataclass(frozen=True, slots=True)
class Rates:
    """Shares between 0 and 1 over `sample` call-backs."""

    sample: int
    response: float
    solution: float
    satisfaction: float
    composite: float


def rates(
    answers: Iterable[CallBack], weights: tuple[float, float, float] = WEIGHTS
) -> Rates | None:
    """The three rates and their composite; None where nobody answered (无样本)."""
    return counted_rates(((answer, 1) for answer in answers), weights)


def counted_rates(
    answers: Iterable[tuple[CallBack, int]], weights: tuple[float, float, float] = WEIGHTS
) -> Rates | None:
    """The same of answers that come with how often they were given."""
    given = list(answers)
    count = sum(times for _, times in given)
    if not count:
        return None
    response = sum(answer.contacted * times for answer, times in given) / count
    solution = sum(answer.solved * times for answer, times in given) / count
    satisfaction = sum(WORTH[answer.satisfaction] * times for answer, times in given) / count
    composite = sum(
        weight * rate
        for weight, rate in zip(weights, (response, solution, satisfaction), strict=True)
    )
    return Rates(count, response, solution, satisfaction, composite)
