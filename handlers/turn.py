"""One message's turn: what every handler is given."""

from __future__ import annotations

from dataclasses import dataclass, replace

from data.rows import Person
from desk.message import Message
from desk.recording import Origin
from desk.service import Act
from handlers.commands import Commands
from handlers.words import Words
from nlp.pasted import Line
from nlp.values import Understanding


@dataclass(frozen=True)
class Turn:
    """A message, who sent it, what it means, and the transaction it is handled in."""

    act: Act
    message: Message
    said: Understanding
    commands: Commands
    words: Words
    pasted: tuple[tuple[Line, Understanding], ...] = ()  # when it is a stretch of group chat

    @property
    def person(self) -> Person:
        return self.act.person

    @property
    def public(self) -> bool:
        """Whether others read the answer."""
        return self.message.chat is not None

    @property
    def origin(self) -> Origin:
        message = self.message
        return Origin(self.person, message.channel, message.chat or "", message.key)

    def say(self, reply: str, /, **words: object) -> str:
        return self.act.say(reply, **words)

    def saying(self, text: str, said: Understanding) -> Turn:
        """The same turn as if only this much of its text had been said."""
        return replace(self, said=said, message=replace(self.message, text=text))

    def of(self, person: Person) -> Turn:
        """The same turn after its sender's record has changed."""
        return replace(self, act=replace(self.act, person=person))
