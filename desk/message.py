"""What every channel hands in, and the errors that may come back: the desk's side of the door."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, Protocol

Kind = Literal["text", "image", "voice", "video", "location", "link", "event"]
Event = Literal[
    "", "subscribe", "unsubscribe", "scan", "click", "location", "template_done", "other"
]


@dataclass(frozen=True, slots=True)
class Media:
    """A file that stays with the vendor until it is fetched: its id there, its address if given."""

    id: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """One message as its sender meant it, whatever the channel's bytes looked like.

    `key` is unique over all channels and the same for every retry of one delivery.
    `text` is the spoken part: text content, a voice's recognition, a location's label, a link's
    title and description; empty where there is none. `chat` is None in a 1:1 conversation.
    """

    channel: str
    sender: str
    key: str
    kind: Kind
    sent_at: datetime  # UTC
    text: str = ""
    chat: str | None = None
    media: Media | None = None
    event: Event = ""
    event_key: str = ""  # the QR code's parameter (without `qrscene_`), or the menu's key
    quote: str = ""


UnfitReason = Literal["large", "pixels", "picture", "heic"]


class MediaSource(Protocol):
    """Where the files of one channel's messages are fetched from."""

    def fetch(self, media: Media) -> bytes:
        """The file. DeliveryFailed when it is not handed out, Unfit when it is too large."""
        ...


class Unfit(Exception):  # noqa: N818
    """What somebody sent is no picture that can be kept: `reason` says why."""

    def __init__(self, reason: UnfitReason) -> None:
        super().__init__(reason)
        self.reason: UnfitReason = reason


class Inbox(Protocol):
    """What a channel calls for each message: the reply's text, or None to stay silent."""

    def __call__(self, message: Message) -> str | None: ...


# What a refused callback says about our set-up, where it says anything.
Reason = Literal["", "signature", "decrypt", "receiver", "stale", "no_key", "plain"]


class BadMessage(ValueError):  # noqa: N818  the fact, not "…Error"
    """The bytes are not a message of this channel. Answer HTTP 400; never log the content."""

    def __init__(self, fact: str, reason: Reason = "") -> None:
        super().__init__(fact)
        self.reason: Reason = reason


class NotGenuine(ValueError):  # noqa: N818
    """The signature or the receiver is wrong: answer HTTP 403."""

    def __init__(self, fact: str, reason: Reason = "") -> None:
        super().__init__(fact)
        self.reason: Reason = reason


class Gate(Protocol):
    """Who keeps count of what a channel turns away at its door."""

    def refused(self, channel: str, reason: Reason) -> None:
        """A callback was turned away for what our set-up may be to blame for."""
        ...

    def verified(self, channel: str) -> None:
        """The vendor has found our address right: what was wrong before has been mended."""
        ...


class StoreUnavailable(RuntimeError):  # noqa: N818
    """Nothing could be committed: answer HTTP 503 so that the vendor delivers again."""


@dataclass(frozen=True, slots=True)
class Push:
    """One text for one recipient over one channel, as the outbox hands it to a sender."""

    id: int
    channel: str
    address: str
    text: str
    actions: tuple[tuple[str, str], ...] = ()  # buttons: what they say, and `command:number`


class Sender(Protocol):
    """Sends a push over one channel.

    `idempotent` says that the same push id may be sent twice without the person seeing it twice,
    so that a push whose fate is unknown may simply be sent again.
    """

    idempotent: bool

    def send(self, push: Push) -> None:
        """Return when the vendor has accepted it; else raise DeliveryFailed."""
        ...


class DeliveryFailed(Exception):  # noqa: N818
    """A push was not accepted, or a file not handed out.

    `permanent`: trying again cannot help. `in_doubt`: it may have arrived all the same.
    `until_seen`: it cannot go before the recipient has written to us again.
    `retry_after` (seconds) is the vendor's own word on when to try again, where it has one.
    `cause` is for the log and `check`; it holds no secret and nothing personal.
    """

    def __init__(
        self,
        cause: str,
        *,
        permanent: bool = False,
        in_doubt: bool = False,
        until_seen: bool = False,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(cause)
        self.cause = cause
        self.permanent = permanent
        self.in_doubt = in_doubt
        self.until_seen = until_seen
        self.retry_after = retry_after
