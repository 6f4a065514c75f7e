"""The simulated phones: what they say travels as the vendor's bytes through the real webhooks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Literal

from werkzeug.test import Client
from werkzeug.wrappers import Response

from channels.simulated_media import SAMPLE, SimulatedMedia
from channels.simulator import AibotClientSide, Delivery, WechatClientSide
from console.chat import Actor, Line, WebhookFailed, Yard
from data.database import Database, Tx
from data.rows import Person, PhoneLine
from data.tables import people, phones, roster
from desk import pictures
from desk.message import Media, Push
from desk.service import Service

WECHAT, ROBOT = "wechat", "aibot"


@dataclass(frozen=True, slots=True)
class _Said:
    """What a phone shows of something said."""

    actor: str
    chat: str | None
    text: str
    kind: Literal["text", "image", "note"]


class SimulatedPhones:
    """Everybody in the roster who has an account, each with a phone in hand."""

    def __init__(
        self,
        db: Database,
        service: Service,
        wechat: WechatClientSide,
        robot: AibotClientSide,
        client: Callable[[], Client],
        clock: Callable[[], datetime],
        media: SimulatedMedia,
    ) -> None:
        self._db = db
        self._service = service
        self._wechat = wechat
        self._robot = robot
        self._client = client
        self._clock = clock
        self._media = media

    def actors(self) -> Sequence[Actor]:
        """Those whom community.toml puts first, then the others."""
        with self._db.read() as tx:
            everybody = {person.id: person for person in people.every(tx)}
            accounts = {
                person: {a.channel: a.address for a in people.accounts_of(tx, person)}
                for person in everybody
            }
            teams = roster.teams(tx)
            grids = roster.grids(tx)
        first = [p for p in self._service.content.about.phones if p in everybody]
        order = [*first, *(p for p in everybody if p not in first)]
        hints: dict[str, list[str]] = {
            p: [
                *(team.name for team in teams if p in team.members),
                *(grid.name for grid in grids if p == grid.person),
            ]
            for p in everybody
        }
        return [
            self._actor(everybody[p], accounts[p], hints[p])
            for p in order
            if accounts[p] and everybody[p].name
        ]

    def _actor(self, person: Person, accounts: dict[str, str], duties: list[str]) -> Actor:
        chats: list[tuple[str | None, str]] = []
        if WECHAT in accounts:
            chats.append((None, self._service.content.replies["phones.one_to_one"]))
        if ROBOT in accounts:
            groups = self._service.content.about.groups
            own = [g for g in groups if g.estate == person.estate] or list(groups)
            chats += [(group.chat, group.name) for group in own]
        home = person.estate or ""
        if person.building:
            number = self._service.content.replies["place.building"].format(
                building=person.building
            )
            home = f"{home} {number}"
        label = self._service.content.replies[f"phones.role.{person.role}"]
        return Actor(
            person.id, person.name, person.role, label, "、".join(duties[:2]) or home, tuple(chats)
        )

    def yards(self) -> Sequence[Yard]:
        with self._db.read() as tx:
            places = roster.places(tx)
        return [Yard(p.code, f"{p.estate} {p.buildings}") for p in places if p.code]

    def send(self, actor: str, chat: str | None, text: str) -> str | None:
        """Say something, as signed bytes through the webhook; returns the answer."""
        return self._say(actor, chat, "text", text, text)

    def image(self, actor: str, chat: str | None, photo: bytes = b"") -> str | None:
        """Send a photo, or else the drawn one. Unfit if it is no picture that we can keep."""
        name = SAMPLE
        if photo:
            pictures.cleaned(photo)
            name = self._media.keep(photo)
        return self._say(actor, chat, "image", name, name)

    def photo(self, name: str) -> bytes:
        """What a phone shows of a photo: drawn anew, so that a browser is sent nothing else."""
        return pictures.cleaned(self._media.fetch(Media(name, name))).content

    def subscribe(self, actor: str, yard_code: str) -> str | None:
        title = next((yard.title for yard in self.yards() if yard.code == yard_code), yard_code)
        shown = self._service.content.replies["phones.scan"].format(yard=title)
        address = self._address(actor, WECHAT)
        delivery = self._wechat.request("event", address, event="subscribe", event_key=yard_code)
        return self._post(_Said(actor, None, shown, "note"), delivery, self._wechat.read_reply)

    def click(self, actor: str, label: str, key: str) -> str | None:
        """Tap a button of a card: the vendor sends a CLICK event with its key."""
        address = self._address(actor, WECHAT)
        delivery = self._wechat.request("event", address, event="click", event_key=key)
        number = key.partition(":")[2]
        shown = f"{label} {number}".strip()
        return self._post(_Said(actor, None, shown, "text"), delivery, self._wechat.read_reply)

    def _say(
        self, actor: str, chat: str | None, kind: Literal["text", "image"], text: str, shown: str
    ) -> str | None:
        said = _Said(actor, chat, shown, kind)
        if chat is None:
            delivery = self._wechat.request(kind, self._address(actor, WECHAT), text, media_id=text)
            return self._post(said, delivery, self._wechat.read_reply)
        delivery = self._robot.request(
            kind, self._address(actor, ROBOT), text, chat=chat, media_id=text
        )
        return self._post(said, delivery, self._robot.read_reply)

    def feed(self, after: int) -> Sequence[Line]:
        with self._db.read() as tx:
            lines = phones.after(tx, after)
        return [_line(line) for line in lines]

    def deliver(self, push: Push) -> None:
        """A push arrives: it is shown once, however often it is sent."""
        with self._db.write() as tx:
            owner = people.by_account(tx, push.channel, push.address)
            phones.add(
                tx,
                person=owner.id if owner else push.address,
                chat="",
                sender=self._service.content.replies["phones.robot"],
                mine=False,
                text=push.text,
                at=self._clock(),
                push=push.id,
                actions=push.actions,
            )

    def _post(
        self, said: _Said, delivery: Delivery, read: Callable[[bytes], str | None]
    ) -> str | None:
        """Knock at the webhook; what it did not take is shown on no phone."""
        at = self._clock()
        response: Response = self._client().open(
            delivery.path,
            method="POST",
            query_string=delivery.query,
            data=delivery.body,
            headers=delivery.headers,
        )
        if response.status_code != 200:
            raise WebhookFailed(response.status_code)
        reply = read(response.get_data())
        with self._db.write() as tx:
            person = people.by_id(tx, said.actor)
            name = person.name if person else said.actor
            self._show(tx, said, name, at, mine=True)
            if reply is not None:
                robot = self._service.content.replies["phones.robot"]
                self._show(tx, replace(said, text=reply, kind="text"), robot, at, mine=False)
        return reply

    def _show(self, tx: Tx, said: _Said, sender: str, at: datetime, *, mine: bool) -> None:
        phones.add(
            tx,
            person=said.actor,
            chat=said.chat or "",
            sender=sender,
            mine=mine,
            text=said.text,
            at=at,
            kind=said.kind,
        )

    def _address(self, actor: str, channel: str) -> str:
        with self._db.read() as tx:
            found = [a.address for a in people.accounts_of(tx, actor) if a.channel == channel]
        return found[0] if found else f"sim-{actor}"


def _line(line: PhoneLine) -> Line:
    return Line(
        id=line.id,
        actor=line.person,
        chat=line.chat or None,
        sender_name=line.sender,
        mine=line.mine,
        text=line.text,
        at=line.at,
        kind=line.kind,
        actions=line.actions,
    )
