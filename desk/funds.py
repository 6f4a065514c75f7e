"""共同筹资: what each household promises, what has come, what was spent, shown to all of them.

No payment passes through here: whoever keeps the money writes down what he was handed. A household
is a keyed hash, as in a vote; nobody reads in a disclosure who gave how much.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from data.council_rows import Fund, Spending, Topic
from data.practice_rows import Line
from data.rows import Person
from data.tables import funds as table
from data.tables import issues
from desk import access, households, journal, listing
from desk.rules import money
from desk.rules.lifecycle import Forbidden
from desk.service import Act

KIND = "fund"


def number(act: Act, fund: Fund) -> str:
    """筹-2."""
    return f"{act.say('number.fund')}-{fund.number}"


def begin(act: Act, title: str, estate: str, goal: int, topic: Topic | None = None) -> Fund:
    """筹资, by those who review, after it was talked over where there is a topic."""
    if not access.may(act, "secretary"):
        raise Forbidden("person")
    if topic is not None and topic.status not in ("resolved", "tracking"):
        raise Forbidden("status")
    fund = Fund(
        id=0,
        number=issues.next_number(act.tx, KIND),
        status="open",
        title=listing.shown(title),
        estate=estate,
        goal=goal,
        topic=topic.id if topic else None,
        keeper=act.person.id,
        created_at=act.now,
        settled_at=None,
    )
    fund = replace(fund, id=table.add(act.tx, fund))
    line = _log(act, fund, "begin", data={"goal": goal, "estate": estate})
    near = (person.id for person in households.reachable(act, estate))
    journal.tell_each(act, line, near, say(act, fund, "begun", goal=money.yuan(goal)))
    return fund


def pledge(act: Act, fund: Fund, amount: int) -> money.Account:
    """认筹: what the speaker's household promises; said anew, it replaces what was said before."""
    _open(fund)
    household = _household(act, fund, act.person)
    before = table.of_household(act.tx, fund.id, household)
    if before and amount < before.received:
        raise Forbidden("status")
    table.pledge(act.tx, fund.id, household, act.person.id, amount, 0, act.now)
    _log(act, fund, "pledge", data={"amount": amount})
    return account(act, fund)


def receive(act: Act, fund: Fund, person: Person, amount: int) -> money.Account:
    """收款: written down by whoever keeps the money; the giver gets a receipt."""
    _open(fund)
    _keeper(act, fund)
    household = _household(act, fund, person)
    before = table.of_household(act.tx, fund.id, household)
    given = (before.received if before else 0) + amount
    promised = max(before.amount if before else 0, given)
    table.pledge(act.tx, fund.id, household, person.id, promised, amount, act.now)
    line = _log(act, fund, "receive", data={"amount": amount})
    text = say(act, fund, "receipt", amount=money.yuan(amount), given=money.yuan(given))
    journal.tell_each(act, line, (person.id,), text)
    return account(act, fund)


def spend(act: Act, fund: Fund, amount: int, what: str) -> money.Account:
    """支出: never more than has come; everybody who gave hears of it at once."""
    _open(fund)
    _keeper(act, fund)
    if not what.strip():
        raise Forbidden("note")
    if amount > account(act, fund).left:
        raise Forbidden("status")
    what = listing.masked(what)
    table.spend(act.tx, Spending(0, fund.id, amount, what, act.now, act.person.id))
    line = _log(act, fund, "spend", what, {"amount": amount})
    text = say(act, fund, "spent", amount=money.yuan(amount), what=what)
    journal.tell_each(act, line, _givers(act, fund), text)
    return account(act, fund)


def settle(act: Act, fund: Fund, note: str) -> Fund:
    """结清: the account is closed and told to everybody who promised anything."""
    _open(fund)
    _keeper(act, fund)
    if account(act, fund).left and not note.strip():
        raise Forbidden("note")  # what becomes of the rest
    changed = replace(fund, status="settled", settled_at=act.now)
    table.save(act.tx, changed)
    line = _log(act, changed, "settle", note)
    text = say(act, changed, "settled", account=in_words(act, changed), note=note)
    journal.tell_each(act, line, _givers(act, fund), text)
    return changed


def account(act: Act, fund: Fund) -> money.Account:
    pledges = [(row.amount, row.received) for row in table.pledges(act.tx, fund.id)]
    return money.account(pledges, [row.amount for row in table.spendings(act.tx, fund.id)])


def in_words(act: Act, fund: Fund) -> str:
    """公示: sums and spendings, no household."""
    found = account(act, fund)
    spendings = [
        act.say("fund.spending", what=row.what, amount=money.yuan(row.amount))
        for row in table.spendings(act.tx, fund.id)
    ]
    words = {name: money.yuan(getattr(found, name)) for name in
             ("pledged", "received", "spent", "left")}  # fmt: skip
    head = act.say("fund.account", households=found.households, **words)
    return "\n".join((head, *spendings))


def say(act: Act, fund: Fund, step: str, /, **words: object) -> str:
    return act.say(f"fund.{step}", number=number(act, fund), title=fund.title, **words)


def _givers(act: Act, fund: Fund) -> list[str]:
    return [row.person for row in table.pledges(act.tx, fund.id)]


def _household(act: Act, fund: Fund, person: Person) -> str:
    if person.estate != fund.estate or not households.has_door(person):
        raise Forbidden("person")
    return households.hashed(act, f"fund-{fund.id}", person)


def _open(fund: Fund) -> None:
    if fund.status != "open":
        raise Forbidden("status")


def _keeper(act: Act, fund: Fund) -> None:
    if act.person.id != fund.keeper:
        raise Forbidden("person")


def _log(
    act: Act, fund: Fund, action: str, note: str = "", data: Mapping[str, object] | None = None
) -> Line:
    return journal.append(act, KIND, fund.subject, action, note, data, fund.status)
