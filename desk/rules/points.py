"""积分: from deeds in the logs to points, by rules of which each version has its time.

Pure: the same deeds and rules give the same ledger, whenever and wherever it is computed. A deed
that is taken back takes its points back; what looks like a favour is not counted until a clerk has
looked. Nothing here can name a message, a reply or time online: the logs of deeds know none.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from desk.rules.quarters import Quarter, quarter_of

Flag = Literal["", "self", "door", "pair"]


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of a rule: so many points for an event, so many at most in a quarter."""

    id: str
    version: int
    since: datetime
    event: str
    points: int
    cap: int


@dataclass(frozen=True, slots=True)
class Deed:
    """What somebody did, and who says so."""

    at: datetime
    person: str
    event: str  # wish.confirm, issue.satisfied …
    subject: str  # wish-3, issue-12 …
    by: str = ""
    same_door: bool = False
    flag: Flag = ""

    @property
    def key(self) -> str:
        return f"{self.event}:{self.subject}:{self.person}:{self.by}"


@dataclass(frozen=True, slots=True)
class Undone:
    """A subject's deeds did not hold: it was reopened."""

    at: datetime
    subject: str


@dataclass(frozen=True, slots=True)
class Grant:
    """One line of the ledger."""

    person: str
    points: int
    rule: str
    version: int
    subject: str
    at: datetime
    undone: bool = False


def rule_at(rules: Iterable[Rule], event: str, at: datetime) -> Rule | None:
    """The version of an event's rule that was in force then."""
    fitting = [rule for rule in rules if rule.event == event and rule.since <= at]
    return max(fitting, key=lambda rule: (rule.since, rule.version), default=None)


def flagged(deeds: Sequence[Deed], most: int) -> list[Deed]:
    """The deeds with what is odd about them: done for oneself, for one's own household, or said
    by the same person of the same person more than so many times in a quarter."""
    pairs: dict[tuple[str, str, str, Quarter], int] = defaultdict(int)
    found = []
    for deed in sorted(deeds, key=lambda deed: deed.at):
        pair = (deed.event, deed.by, deed.person, quarter_of(deed.at))
        pairs[pair] += 1
        flag: Flag = ""
        if deed.by and deed.by == deed.person:
            flag = "self"
        elif deed.same_door:
            flag = "door"
        elif deed.by and pairs[pair] > most:
            flag = "pair"
        found.append(replace(deed, flag=flag) if flag else deed)
    return found


def score(
    deeds: Iterable[Deed], undone: Iterable[Undone], rules: Sequence[Rule],
    looked_at: Mapping[str, bool],
) -> list[Grant]:  # fmt: skip
    """The ledger, in the order of time. `looked_at`: what a clerk said of flagged deeds."""
    ledger = _Ledger()
    counted = [deed for deed in deeds if not deed.flag or looked_at.get(deed.key, False)]
    happened: list[Deed | Undone] = sorted(
        [*counted, *undone], key=lambda each: (each.at, each.subject, isinstance(each, Undone))
    )
    for each in happened:
        if isinstance(each, Undone):
            ledger.take_back(each)
        elif (rule := rule_at(rules, each.event, each.at)) is not None:
            ledger.grant(each, rule)
    return ledger.grants


class _Ledger:
    """What has been granted so far, and what of it still stands."""

    def __init__(self) -> None:
        self.grants: list[Grant] = []
        self._standing: dict[str, list[Grant]] = defaultdict(list)  # by subject
        self._earned: dict[tuple[str, str, Quarter], int] = defaultdict(int)

    def grant(self, deed: Deed, rule: Rule) -> None:
        """As far as the quarter's cap leaves room; never twice for one subject."""
        standing = self._standing[deed.subject]
        if any((g.person, g.rule) == (deed.person, rule.id) for g in standing):
            return
        slot = (deed.person, rule.id, quarter_of(deed.at))
        points = min(rule.points, rule.cap - self._earned[slot])
        if points <= 0:
            return
        made = Grant(deed.person, points, rule.id, rule.version, deed.subject, deed.at)
        self._earned[slot] += points
        self.grants.append(made)
        standing.append(made)

    def take_back(self, undone: Undone) -> None:
        for grant in self._standing.pop(undone.subject, []):
            self._earned[grant.person, grant.rule, quarter_of(grant.at)] -= grant.points
            taken = replace(grant, points=-grant.points, at=undone.at, undone=True)
            self.grants.append(taken)
