"""The rows of yards, stations, notices, elder cards and questionnaires."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Literal

from pydantic import BeforeValidator

from data.rows import Words, parsed

AnswerSource = Literal["online", "visit"]  # 网上调查, 入户走访


@dataclass(frozen=True, slots=True)
class Yard:
    """A yard of rented rooms or old houses: 院-12. Its landlord is a person like any other, so that
    name and phone are kept, shown and hidden where everybody's are."""

    id: int
    number: int
    code: str  # what its QR code carries
    label: str  # the number on its gate
    estate: str | None
    building: str | None
    address: str
    grid: str
    landlord: str | None
    colour: str  # one of content's yard_colours, the first the most dangerous
    stars: int
    reason: str  # of the colour
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class Station:
    """A place that is open to everybody: 党群服务站, 暖心驿站, 议事亭, 充电桩."""

    id: int
    number: int
    name: str
    kind: str
    estate: str | None
    building: str | None
    address: str
    grid: str | None
    hours: str  # desk.rules.opening
    services: Words
    phone: str
    team: str | None
    keepers: Words  # person ids: whoever helps there
    about: str


@dataclass(frozen=True, slots=True)
class Bulletin:
    """A notice to the people of an estate or a grid: 通-3."""

    id: int
    number: int
    text: str
    estate: str | None
    grid: str | None
    sender: str
    at: datetime
    round: int | None  # the activity it invites to


@dataclass(frozen=True, slots=True)
class ElderCard:
    """爱心助老卡: whose, born in which year, of which groups. No identity number, no diagnosis."""

    id: int
    number: int
    person: str
    born: int
    groups: Words
    issued_at: datetime
    ended_at: datetime | None


Question = tuple[str, tuple[str, ...]]  # its words, its options; without options in one's own words
Questions = Annotated[tuple[Question, ...], BeforeValidator(parsed)]


@dataclass(frozen=True, slots=True)
class Survey:
    """A questionnaire: 卷-2."""

    id: int
    number: int
    title: str
    questions: Questions
    estate: str | None
    proposer: str
    created_at: datetime
    closed_at: datetime | None


@dataclass(frozen=True, slots=True)
class SurveyAnswer:
    """One respondent's answers; who it was cannot be told from them."""

    survey: int
    respondent: str
    answers: Words
    source: AnswerSource
    at: datetime
