"""Projects in chat: 立项, the six stages by their own words, 进展, 关注, 三方联建."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from data.lists_rows import Project, Stage
from data.practice_rows import Entry
from data.tables import entries, journal
from data.tables import issues as issue_table
from data.tables import projects as table
from desk import dates, fields, projects, wording
from desk import project_parties as sides
from desk.access import Capacity
from desk.projects import Plan
from desk.rules import stages
from desk.rules.lifecycle import Forbidden
from handlers import which, worker
from handlers.commands import issue_number
from handlers.turn import Turn
from handlers.which import Unclear
from handlers.words import Said, Word

LATEST = 5
LABELS = ("lead", "units", "budget", "due", "acceptance", "owners")


def approve(turn: Turn, said: Said) -> str:
    """立项 修车棚 牵头 惠民物业 共建 小扳手、七中 预算 3000元 期限 2027-03-31 验收 能停30辆."""
    if not said.rest:
        raise Unclear(turn.say("project.how"))
    return _approved(turn, _plan(turn, said.rest))


def approve_need(turn: Turn, said: Said) -> str:
    """立项 需-1 资-2 期限 2027-03-31: a need becomes a project."""
    need = entries.by_number(turn.act.tx, said.kind, said.number)
    if need is None or need.status != "published":
        raise Forbidden("status")
    return _approved(turn, _plan(turn, said.rest, need))


def case(turn: Turn, said: Said) -> str:
    """外协 1123-07 201路公交加一站: a long matter outside; who reported it hears of each step."""
    number = issue_number(said.rest) or ""
    issue = which.by_number(turn, number)
    if table.of_issue(turn.act.tx, issue.id):
        raise Forbidden("status")
    _, _, title = said.rest.partition(" ")
    if not title.strip():
        raise Unclear(turn.say("project.case_how", number=issue.number))
    plan = Plan(
        title=title.strip(),
        kind="case",
        team=issue.owner_team,
        person=issue.owner_person,
        estate=issue.estate,
        grid=issue.grid,
        due=issue.done_due,
        issue=issue.id,
    )
    return _approved(turn, plan)


def three_sides(turn: Turn, said: Said) -> str:
    """三方联建 泉馨苑 修车棚 业主 李秀兰 期限 2027-03-31: branch, property company, owners."""
    found = _read(turn, said.rest)
    place = turn.act.service.understander.place(found.get("", ""))
    if place is None or place.estate is None:
        raise Unclear(turn.say("project.tri_how"))
    plan, owners = _plan(turn, said.rest), found.get("owners", "")
    try:
        whole = projects.three_sided(turn.act, plan, place.estate, owners)
    except sides.NoSuchSide as lacking:
        raise Unclear(turn.say("project.tri_how")) from lacking
    return _approved(turn, whole)


def _read(turn: Turn, text: str) -> dict[str, str]:
    words = turn.act.service.content.words
    return fields.read(text, {name: words[f"project_{name}"] for name in LABELS})


def _plan(turn: Turn, text: str, need: Entry | None = None) -> Plan:
    found = _read(turn, text)
    numbers = turn.words.numbers(text)
    offer = next(
        (entries.by_number(turn.act.tx, k, n) for k, n in numbers if k == "resource"), None
    )
    place = turn.act.service.understander.place(found.get("", ""))
    lead = _team(turn, found["lead"]) if "lead" in found else (offer.team if offer else None)
    units = found.get("units", "").replace("、", " ").replace("，", " ").split()
    title = _title(turn, found.get("", "")) or (need.title if need else "")
    if not title:
        raise Unclear(turn.say("project.how"))
    return Plan(
        title=title,
        team=lead,
        units=tuple(_team(turn, name) for name in units),
        budget=found.get("budget", ""),
        acceptance=found.get("acceptance", ""),
        estate=(place.estate if place else None) or (need.estate if need else None),
        grid=(place.grid if place else None) or (need.grid if need else None),
        due=dates.end_of(found.get("due", ""), turn.act.now),
        need=need.id if need else None,
        offer=offer.id if offer else None,
        issue=need.issue if need else None,
    )


def _title(turn: Turn, text: str) -> str:
    words = [
        word
        for word in text.split()
        if not turn.words.numbers(word) and not turn.act.service.understander.place(word)
    ]
    return " ".join(words)


def _team(turn: Turn, name: str) -> str:
    team, _ = worker.named(name, worker.team_names(turn))
    if team is None:
        raise Unclear(turn.say("whistle.which_teams", unknown=name))
    return team.code


def _approved(turn: Turn, plan: Plan) -> str:
    project = projects.start(turn.act, plan)
    lacking = [turn.say(f"project.lacks.{name}") for name in sides.lacking(turn.act, project)]
    words = sides.words(turn.act, project)
    reply = turn.say("project.approved", **words)
    if not lacking:
        return reply
    return "\n".join((reply, turn.say("project.lacking", what="、".join(lacking), **words)))


def complete(turn: Turn, said: Said) -> str:
    """补项目 项-1 牵头 供电所 期限 2027-03-31: what was not known when it was set up."""
    project = find(turn, said)
    found = _read(turn, said.rest)
    changed = projects.complete(
        turn.act,
        project,
        team=_team(turn, found["lead"]) if "lead" in found else project.team,
        due=dates.end_of(found.get("due", ""), turn.act.now) or project.due,
        budget=found.get("budget", project.budget),
        acceptance=found.get("acceptance", project.acceptance),
    )
    return turn.say("project.completed", **sides.words(turn.act, changed))


def _to(stage: Stage) -> Callable[[Turn, Said], str]:
    def do(turn: Turn, said: Said) -> str:
        """开工 项-1, 投产 项-1 已装好 …: one stage on."""
        project = find(turn, said)
        if stages.next_after(project.stage) != stage:
            raise Forbidden("status")
        return _moved(turn, project, stage, said.rest)

    return do


def back(turn: Turn, said: Said) -> str:
    """退回 项-1 原因: one stage back."""
    project = find(turn, said)
    stage = stages.back_from(project.stage)
    if stage is None:
        raise Forbidden("status")
    return _moved(turn, project, stage, said.rest)


def _moved(turn: Turn, project: Project, stage: Stage, note: str) -> str:
    step = stages.TABLE.get((project.stage, stage))
    lacking = [name for name in sides.lacking(turn.act, project) if step and name in step.needs]
    words = sides.words(turn.act, project)
    if lacking and sides.who_is(turn.act, project):
        what = "、".join(turn.say(f"project.lacks.{name}") for name in lacking)
        raise Unclear(turn.say("project.lacking", what=what, **words))
    changed = projects.advance(turn.act, project, stage, note)
    return turn.say("project.moved", **sides.words(turn.act, changed))


def milestone(turn: Turn, said: Said) -> str:
    """进展 项-1 公交公司同意加一站."""
    project = find(turn, said)
    projects.milestone(turn.act, project, said.rest)
    count = len(sides.hearers(turn.act, project)) - 1
    return turn.say("project.noted", count=count, **sides.words(turn.act, project))


def follow(turn: Turn, said: Said) -> str:
    """关注 项-1."""
    project = find(turn, said)
    projects.follow(turn.act, project)
    return turn.say("project.followed", **sides.words(turn.act, project))


def follow_issue(turn: Turn, said: Said) -> str | None:
    """关注 1123-07: by the number that somebody has been given; nothing of the request is shown."""
    issue = issue_table.by_number(turn.act.tx, issue_number(said.rest) or "")
    found = table.of_issue(turn.act.tx, issue.id) if issue else []
    if not found:
        raise Unclear(turn.say("project.nothing_to_follow"))
    projects.follow(turn.act, found[0])
    return turn.say("project.followed", **sides.words(turn.act, found[0]))


def unfollow(turn: Turn, said: Said) -> str:
    project = find(turn, said)
    projects.unfollow(turn.act, project)
    return turn.say("project.unfollowed", **sides.words(turn.act, project))


def agree(turn: Turn, said: Said) -> str:
    """同意 项-1, 认可 项-1: one of the three sides."""
    project = find(turn, said)
    projects.agree(turn.act, project)
    return turn.say("project.thanks", **sides.words(turn.act, project))


def stop(turn: Turn, said: Said) -> str:
    changed = projects.stop(turn.act, find(turn, said), said.rest)
    return turn.say("project.stop_done", **sides.words(turn.act, changed))


def details(turn: Turn, said: Said) -> str:
    """查看 项-1: where it stands, who takes part, what was done."""
    project = find(turn, said)
    units = [sides.party_name(turn.act, p.who) for p in table.parties(turn.act.tx, project.id)]
    lines = [
        turn.say("project.step", at=wording.moment(line.at, turn.act), action=name, note=line.note)
        for line in journal.of_subject(turn.act.tx, sides.KIND, project.subject)
        if (name := turn.act.service.content.replies.get(f"project.action.{line.action}"))
    ]
    return turn.say(
        "project.card",
        **sides.words(turn.act, project),
        units="、".join(units) or turn.say("project.alone"),
        budget=project.budget or "—",
        acceptance=project.acceptance or "—",
        due=dates.last_day(project.due) if project.due else "—",
        lines="\n".join(lines[-LATEST:]),
    )


def find(turn: Turn, said: Said) -> Project:
    found = table.by_number(turn.act.tx, said.number)
    if found is None:
        number = f"{turn.say('number.project')}-{said.number}"
        raise Unclear(turn.say("which.unknown", number=number))
    return found


def _of_project(
    do: Callable[[Turn, Said], str | None], who: Capacity = "anyone", *, public: bool = False
) -> Word:
    return Word(do, who, "number", ("project",), public=public)


WORDS: Mapping[str, Word] = {
    "project": _of_project(details, public=True),
    "follow": _of_project(follow, public=True),
    "follow_issue": Word(follow_issue, "anyone", "issue", public=True),
    "unfollow": _of_project(unfollow),
    "agree_project": _of_project(agree),
    "milestone": _of_project(milestone, "member"),
    "started": _of_project(_to("started"), "member"),
    "running": _of_project(_to("running"), "member"),
    "effective": _of_project(_to("effective"), "member"),
    "back": _of_project(back, "member"),
    "approve": Word(approve, "secretary"),
    "approve_need": Word(approve_need, "secretary", "number", ("demand",)),
    "case": Word(case, "secretary", "issue"),
    "three_sides": Word(three_sides, "secretary"),
    "complete": _of_project(complete, "secretary"),
    "assessed": _of_project(_to("assessed"), "secretary"),
    "spread": _of_project(_to("spread"), "secretary"),
    "stop": _of_project(stop, "secretary"),
}
