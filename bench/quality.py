"""How well messages are understood: `python -m bench.quality [FILE ...] [--errors N] [--kind K]`.

Files hold one labelled message a line (tests/data/messages_dev.jsonl shows the form). Every figure
is a share of messages; the worst errors are those the system was surest of.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bench.knowledge import PLACES, ROOT, knowledge
from nlp import Understander
from nlp.values import Part, Place, Understanding

SETS = (ROOT / "tests/data/messages_dev.jsonl", ROOT / "tests/data/messages_heldout.jsonl")
# `messages_third` speaks of other places: --places tests/data/places_third.csv
STEP = 0.2
STEPS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
ASKED_BELOW = (0.45, 0.6, 0.75)
FIELDS = ("estate", "building", "unit", "room")
BARS = {
    "intent": 0.96, "chatter answered": 0.02, "category": 0.90, "category top three": 0.97,
    "double": 0.85, "U0 recall": 1.0, "U0 precision": 0.95, "estate": 0.97, "place": 0.93,
}  # fmt: skip


@dataclass
class Error:
    kind: str
    text: str
    expected: object
    got: object
    confidence: float


@dataclass
class Result:
    """Counts of right and all by kind, and the errors."""

    right: Counter[str] = field(default_factory=Counter)
    total: Counter[str] = field(default_factory=Counter)
    errors: list[Error] = field(default_factory=list)

    def add(
        self, kind: str, right: bool, text: str, expected: object, got: object, sure: float = 0.0
    ) -> None:
        self.total[kind] += 1
        self.right[kind] += right
        if not right:
            self.errors.append(Error(kind, text, expected, got, sure))

    def share(self, kind: str) -> float:
        return self.right[kind] / self.total[kind] if self.total[kind] else 1.0


def judge(understander: Understander, messages: Iterable[Mapping[str, Any]]) -> Result:
    result = Result()
    for message in messages:
        found = understander.understand(message["text"])
        _judge_intent(result, message, found)
        _judge_urgency(result, message, found)
        if message["intent"] == "report" and message["issues"]:
            _judge_categories(result, message, found)
        _judge_place(result, message, found.place)
    return result


def _judge_intent(result: Result, message: Mapping[str, Any], found: Understanding) -> None:
    text, intent, sure = message["text"], message["intent"], found.intent_confidence
    result.add("intent", found.intent == intent, text, intent, found.intent, sure)
    if intent == "chatter":
        quiet = found.intent == "chatter"
        result.add("chatter answered", quiet, text, intent, found.intent, sure)


def _judge_categories(result: Result, message: Mapping[str, Any], found: Understanding) -> None:
    text = message["text"]
    expected = {issue["category"] for issue in message["issues"]}
    got = [part.category for part in found.parts]
    if len(expected) > 1:
        result.add("double", expected <= set(got), text, sorted(expected), got)
        return
    code = next(iter(expected))
    part = found.parts[0] if found.parts else None
    sure = part.confidence if part else 0.0
    top = tuple(dict.fromkeys([*got[:1], *(c for c, _ in part.top)] if part else ()))[:3]
    result.add("category", bool(part) and got[0] == code, text, code, [*got[:1], *top], sure)
    result.add("category top three", code in top, text, code, top, sure)
    result.add("one stays one", len(found.parts) <= 1, text, code, got, sure)


def _judge_urgency(result: Result, message: Mapping[str, Any], found: Understanding) -> None:
    expected = {issue["urgency"] for issue in message["issues"]}
    got = {part.urgency for part in found.parts}
    text = message["text"]
    if "U0" in expected:
        result.add("U0 recall", "U0" in got, text, "U0", _levels(found.parts))
    if "U0" in got:
        result.add("U0 precision", "U0" in expected, text, sorted(expected), _levels(found.parts))


def _levels(parts: Iterable[Part]) -> list[str]:
    return [f"{p.category}:{p.urgency}" for p in parts]


def _judge_place(result: Result, message: Mapping[str, Any], place: Place | None) -> None:
    expected = message["place"] or {}
    got = {f: getattr(place, f) for f in FIELDS if place is not None and getattr(place, f)}
    text = message["text"]
    if "estate" in expected or "estate" in got:
        right = expected.get("estate") == got.get("estate")
        result.add("estate", right, text, expected.get("estate"), got.get("estate"))
    if expected or got:
        result.add("place", expected == got, text, expected, got)


def read(path: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]


def report(name: str, result: Result, errors: int, kind: str | None, quiet: bool) -> str:
    lines = [f"{name}"]
    for key in sorted(result.total, key=[*BARS, "one stays one"].index):
        right, total = result.right[key], result.total[key]
        if key == "chatter answered":
            right, sign = total - right, "<="
        else:
            sign = ">="
        bar = f"{sign} {BARS[key]:.0%}" if key in BARS else ""
        lines.append(f"  {key:20} {right / total:7.1%}  ({right}/{total})  {bar}")
    if not quiet:
        chosen = [e for e in result.errors if kind in (None, e.kind)]
        for error in sorted(chosen, key=lambda e: -e.confidence)[:errors]:
            lines.append(f"  - {error.kind}: {error.text!r}\n      {error.expected} ≠ {error.got}")
    return "\n".join(lines)


def calibration(understander: Understander, messages: Iterable[Mapping[str, Any]]) -> str:
    """How sure against how often right, of single requests; and who is asked back."""
    found: list[tuple[float, bool]] = []
    for message in messages:
        if message["intent"] == "report" and len(message["issues"]) == 1:
            parts = understander.understand(message["text"]).parts
            if parts:
                right = parts[0].category == message["issues"][0]["category"]
                found.append((parts[0].confidence, right))
    lines, error = ["  sure of      messages  mean  right"], 0.0
    for low in STEPS:
        inside = [pair for pair in found if low <= pair[0] < low + STEP]
        if inside:
            mean = sum(sure for sure, _ in inside) / len(inside)
            right = sum(right for _, right in inside) / len(inside)
            error += abs(mean - right) * len(inside) / len(found)
            lines.append(
                f"  {low:.1f} to {low + STEP:.1f}  {len(inside):8}  {mean:.2f}  {right:.2f}"
            )
    lines.append(f"  expected calibration error {error:.3f}")
    for threshold in ASKED_BELOW:
        kept = [right for sure, right in found if sure >= threshold]
        lines.append(
            f"  below {threshold}: {1 - len(kept) / len(found):.1%} are asked,"
            f" {sum(kept) / len(kept):.1%} of the others are right"
        )
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="*", type=Path, default=list(SETS))
    parser.add_argument("--places", type=Path, default=PLACES)
    parser.add_argument("--errors", type=int, default=10)
    parser.add_argument("--kind", help="only errors of this kind")
    parser.add_argument("--figures-only", action="store_true", help="print no sentences")
    parser.add_argument("--calibration", action="store_true", help="how sure, how often right")
    arguments = parser.parse_args()
    understander = Understander(knowledge(arguments.places), ROOT / "data" / "run" / "cache")
    for path in arguments.files:
        result = judge(understander, read(path))
        if arguments.calibration:
            print(f"{path.name}\n{calibration(understander, read(path))}")
            continue
        print(report(path.name, result, arguments.errors, arguments.kind, arguments.figures_only))


if __name__ == "__main__":
    main()
