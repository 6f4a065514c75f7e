"""What somebody says when he reports for service, in any order: 报到 王春 司法局 法律 泉馨苑."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from desk.service import Act
from nlp.text import mask_ids
from nlp.values import Place

_PHONE = re.compile(r"(?<!\d)1[3-9]\d{9}(?!\d)")
_DOOR = re.compile(r"[甲乙丙丁A-Za-z]?\d+(?:号楼|号院|栋|幢|单元|室|楼|户)")
_NAME = re.compile(r"[\u4e00-\u9fff·]{2,4}")
_GAP = re.compile(r"[\s,，、;；。/|]+")


@dataclass(frozen=True)
class Enrolment:
    """What is known of somebody who reports; "" and () where nothing was said."""

    name: str = ""
    phone: str = ""
    team: str | None = None  # the unit's code, where it is one we know
    unit: str = ""
    occupation: str = ""
    skills: tuple[str, ...] = ()
    times: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    place: Place | None = None

    def missing(self) -> tuple[str, ...]:
        """What a community needs to know of everybody: asked in one question."""
        have = {
            "name": self.name,
            "unit": self.unit,
            "skills": self.skills,
            "estate": self.place and self.place.estate,
        }
        return tuple(slot for slot, value in have.items() if not value)

    def completed(self, more: Enrolment) -> Enrolment:
        """With what a second sentence adds."""
        return replace(
            self,
            name=self.name or more.name,
            phone=self.phone or more.phone,
            team=self.team or more.team,
            unit=self.unit or more.unit,
            occupation=self.occupation or more.occupation,
            skills=tuple(dict.fromkeys(self.skills + more.skills)),
            times=tuple(dict.fromkeys(self.times + more.times)),
            tags=tuple(dict.fromkeys(self.tags + more.tags)),
            place=self.place if self.place and self.place.estate else more.place or self.place,
        )


def read(act: Act, text: str) -> Enrolment:
    """Known words are taken out one by one, the longest first; what is left is name and unit."""
    text = mask_ids(text)
    place = act.service.understander.place(text)
    rest = _Rest(text)
    phone = rest.pull(_PHONE)
    if place is not None:
        rest.remove(_estate_names(act))
        while rest.pull(_DOOR):
            pass
    units = {name: code for code, team in act.roster.teams.items()
             for name in (team.name, *team.aliases)}  # fmt: skip
    said_unit = rest.first(units)
    team = act.roster.teams.get(units.get(said_unit, ""))
    content = act.service.content.words
    found = {kind: rest.every(content[f"member_{kind}"]) for kind in ("tags", "times")}
    skills = rest.every({s for t in act.roster.teams.values() for s in t.skills}
                        | set(content["member_skills"]))  # fmt: skip
    occupation = rest.first(content["member_occupations"])
    left = rest.pieces()
    unit = team.name if team else _unit(left, content["unit_endings"])
    return Enrolment(
        name=next((w for w in left if w != unit and _NAME.fullmatch(w)), ""),
        phone=phone,
        team=team.code if team else None,
        unit=unit,
        occupation=occupation,
        skills=skills,
        times=found["times"],
        tags=found["tags"],
        place=place,
    )


def _estate_names(act: Act) -> set[str]:
    return {name for place in act.roster.places for name in (place.estate, *place.aliases)}


def _unit(left: list[str], endings: tuple[str, ...]) -> str:
    """A unit that the community does not know yet shows itself by its last word: …学校, …公司."""
    return next((word for word in left if word.endswith(endings) and len(word) > 2), "")


class _Rest:
    """A text of which what was understood is taken away."""

    def __init__(self, text: str) -> None:
        self._text = text

    def pull(self, pattern: re.Pattern[str]) -> str:
        found = pattern.search(self._text)
        if found is None:
            return ""
        self._cut(found[0])
        return found[0]

    def first(self, names: dict[str, str] | tuple[str, ...]) -> str:
        """The longest of the names that the text holds."""
        held = [name for name in sorted(names, key=len, reverse=True) if name in self._text]
        if not held:
            return ""
        self._cut(held[0])
        return held[0]

    def every(self, names: set[str] | tuple[str, ...]) -> tuple[str, ...]:
        found = []
        for name in sorted(names, key=lambda name: (-len(name), name)):
            if name in self._text:
                found.append(name)
                self._cut(name)
        return tuple(found)

    def remove(self, names: set[str]) -> None:
        self.every(names)

    def _cut(self, name: str) -> None:
        self._text = self._text.replace(name, " ", 1)

    def pieces(self) -> list[str]:
        return [piece for piece in _GAP.split(self._text) if piece]
