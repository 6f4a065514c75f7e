"""考核 in chat: promises kept, the street's whistles, outcomes (off unless switched on), stars, and
property companies."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import datetime, timedelta

from data.rows import Team
from desk import appraisal, outcomes, promises
from desk.rules import stars
from desk.rules.deadlines import LOCAL
from desk.rules.punctual import Share
from desk.rules.quarters import quarter_of
from handlers import worker
from handlers.ballots import terms
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])\s*月")
_STARS = re.compile(r"(?<!\d)([1-5])(?!\d)\s*星?")


def month_of(at: datetime) -> tuple[datetime, datetime]:
    start = at.astimezone(LOCAL).replace(day=1, hour=0, minute=0, second=0, microsecond=0)
    return start, (start + timedelta(days=32)).replace(day=1)


def kept(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """零等待: what was promised this month, and what was kept."""
    since, until = month_of(turn.act.now)
    found = promises.kept(turn.act, since, until)
    shares = {name: share(turn, getattr(found, name)) for name in ("receipt", "contact", "done")}
    return turn.say("promise.kept", month=since.month, **shares)


def share(turn: Turn, found: Share) -> str:
    if found.rate is None:
        return turn.say("promise.none")
    return turn.say("promise.share", rate=f"{found.rate:.1%}", kept=found.kept, all=found.all)


def by_unit(turn: Turn, said: Said) -> str:
    """哨单统计 11月: who came and who finished in time, by unit."""
    found = _MONTH.search(said.rest)
    since, until = month_of(turn.act.now)
    if found:
        month = int(found[1])
        year = since.year if month <= since.month else since.year - 1
        since, until = month_of(since.replace(year=year, month=month))
    lines = [
        turn.say(
            "promise.unit",
            team=_team_name(turn, unit.team),
            called=unit.called,
            led=unit.led,
            arrived=share(turn, unit.arrived),
            done=share(turn, unit.done),
        )
        for unit in promises.by_unit(turn.act, since, until)
    ]
    if not lines:
        return turn.say("promise.no_whistles", month=since.month)
    return turn.say("promise.units", month=since.month, lines="\n".join(lines))


def _team_name(turn: Turn, code: str) -> str:
    team = turn.act.roster.teams.get(code)
    return team.name if team else code


def assess(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """考核: outcomes by estate, in the order of their names: no ranking, and off by default."""
    if not turn.act.service.settings.practices.compare:
        return turn.say("outcome.off")
    quarter = quarter_of(turn.act.now)
    found = outcomes.measure(turn.act, quarter.since, quarter.until, outcomes.estate)
    lines = [_outcome(turn, name, each) for name, each in found.items()]
    return turn.say("outcome.list", quarter=quarter.name, lines="\n".join(lines) or "—")


def _outcome(turn: Turn, name: str, found: outcomes.Outcome) -> str:
    rates = found.rates
    none = turn.say("promise.none")
    return turn.say(
        "outcome.line",
        name=name,
        received=found.received,
        done=found.done,
        on_time=none if found.promptness is None else f"{found.promptness:.0%}",
        reopened=found.reopened,
        solution=f"{rates.solution:.0%}" if rates else none,
        satisfaction=f"{rates.satisfaction:.0%}" if rates else none,
    )


# -- 星级 and 物业 ---------------------------------------------------------------------------------


def star_evidence(turn: Turn, said: Said) -> str:  # noqa: ARG001  one shape for all
    """星级: this quarter's evidence, what it suggests, and what the street has given."""
    quarter = quarter_of(turn.act.now)
    seen = appraisal.evidence(turn.act, quarter)
    none = turn.say("promise.none")
    suggested = stars.suggest(seen)
    text = turn.say(
        "star.evidence",
        quarter=quarter.name,
        suggested="★" * suggested if suggested else none,
        **appraisal.shares(seen, none),
    )
    lines = [
        turn.say("star.line", name=person.name, quarter=line.data["quarter"],
                 stars="★" * int(line.data["stars"]), reason=line.note)
        for person in turn.act.roster.staff.values()
        if person.role == "secretary"
        for line in appraisal.given(turn.act, person)
    ]  # fmt: skip
    return "\n".join((text, *lines))


def appraise(turn: Turn, said: Said) -> str:
    """评星 高建民 4星 理由, by the street."""
    name, _, rest = said.rest.partition(" ")
    person = next((p for p in turn.act.roster.staff.values() if p.name == name), None)
    found = _STARS.match(rest.strip())
    reason = rest.strip()[found.end() :].strip() if found else ""
    if person is None or found is None or not reason:
        raise Unclear(turn.say("star.how"))
    quarter = quarter_of(turn.act.now)
    appraisal.appraise(turn.act, person, quarter, int(found[1]), reason)
    words = {"name": person.name, "quarter": quarter.name}
    return turn.say("star.done", stars="★" * int(found[1]), **words)


def _property(turn: Turn, text: str) -> tuple[Team, str]:
    """The property company that a text begins with, and the rest."""
    name, _, rest = text.partition(" ")
    team, _close = worker.named(name, worker.team_names(turn))
    if team is None or team.kind != appraisal.PROPERTY:
        raise Unclear(turn.say("property.which"))
    return team, rest.strip()


def ask_owners(turn: Turn, said: Said) -> str:
    """评物业 惠民物业 7天 120户."""
    team, rest = _property(turn, said.rest)
    term, households, _ = terms(turn, rest, next(iter(team.areas), None))
    if households is None:
        raise Unclear(turn.say("property.how"))
    quarter = quarter_of(turn.act.now)
    put = appraisal.ask_owners(turn.act, team, quarter, households, max(term.days, 1))
    return turn.say("property.asked", team=team.name, count=len(put))


def rate_property(turn: Turn, said: Said) -> str:
    """物业打分 惠民物业 要改进 垃圾清得慢."""
    team, rest = _property(turn, said.rest)
    verdicts = {turn.say("rating.good"): True, turn.say("rating.poor"): False}
    word, _, reason = rest.partition(" ")
    if word not in verdicts or not reason.strip():
        raise Unclear(turn.say("property.how"))
    quarter = quarter_of(turn.act.now)
    appraisal.rate(turn.act, team, quarter, good=verdicts[word], reason=reason.strip())
    return turn.say("property.rated", team=team.name)


def property_view(turn: Turn, said: Said) -> str | None:
    """物业评价 惠民物业: owners, community, and what was done. Without a company's name it is
    somebody's opinion, and no word of command."""
    if said.rest and worker.named(said.rest.split()[0], worker.team_names(turn))[0] is None:
        return None
    team, _ = _property(turn, said.rest)
    quarter = quarter_of(turn.act.now)
    found = appraisal.view(turn.act, team, quarter)
    satisfied, fairly, unsatisfied = found.ballots
    community = turn.say("promise.none")
    if found.community is not None:
        verdict = turn.say("rating.good" if found.community.data["good"] else "rating.poor")
        community = turn.say("property.verdict", verdict=verdict, reason=found.community.note)
    return turn.say(
        "property.view",
        team=team.name,
        quarter=quarter.name,
        voted=satisfied + fairly + unsatisfied,
        satisfied=satisfied,
        fairly=fairly,
        unsatisfied=unsatisfied,
        community=community,
        outcome=_outcome(turn, team.name, found.outcome),
    )


WORDS: Mapping[str, Word] = {
    "property_view": Word(property_view),
    "promises": Word(kept, "worker", "nothing"),
    "whistle_rates": Word(by_unit, "worker"),
    "star_evidence": Word(star_evidence, "worker", "nothing"),
    "assess": Word(assess, "secretary", "nothing"),
    "property_ask": Word(ask_owners, "secretary"),
    "property_rate": Word(rate_property, "secretary"),
    "star": Word(appraise, "street"),
}
