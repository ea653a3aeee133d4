"""A channel as one process knows it: who follows it here, and how far they have been sent it."""

from collections.abc import Collection
from typing import Protocol

from apps.realtime.node_metrics import MESSAGES
from apps.realtime.outbox import Frame
from apps.realtime.protocol import pushes
from apps.realtime.protocol.codecs import FrameCodec
from apps.realtime.types import Position, Presence, Publication


class Follower(Protocol):
    """What listens to a channel: a connection."""

    @property
    def codec(self) -> FrameCodec | None:
        """How it is written to; None for one that writes publications in its own way."""

    def put(self, frame: Frame) -> None:
        """Take a frame that others take too."""

    def put_publication(self, publication: Publication) -> None:
        """Take a publication, to be written in its own way."""

    def put_told(self, channel: str, what: str, who: Presence) -> None:
        """Take that somebody joined or left."""


class LocalChannel:
    """Position and followers. Nothing here waits, so nothing can come in between."""

    def __init__(self, name: str, position: Position) -> None:
        self.name = name
        self.epoch = position.epoch
        # Delivered to everybody who follows.
        self.offset = position.offset
        # Known to be in PostgreSQL.
        self.wanted = position.offset
        self.is_filling = False
        self._following: dict[FrameCodec | None, dict[Follower, None]] = {}
        # Followers that are being told what they missed, with what came meanwhile.
        self._beginning: dict[Follower, list[Publication]] = {}
        # Those that know more than we: they read PostgreSQL after us.
        self._ahead: dict[Follower, int] = {}
        self._listening: dict[Follower, None] = {}

    @property
    def position(self) -> Position:
        """How far it has been delivered."""
        return Position(offset=self.offset, epoch=self.epoch)

    @property
    def followers(self) -> Collection[Follower]:
        """Everybody who follows it here, or is about to."""
        following = [each for group in self._following.values() for each in group]
        return [*following, *self._beginning, *self._ahead]

    @property
    def is_followed(self) -> bool:
        """Whether anybody follows it here."""
        return bool(self._beginning or self._ahead or any(self._following.values()))

    def begin(self, follower: Follower) -> None:
        """Keep for a follower what comes from now on, until `follow` says what it knows."""
        self._beginning[follower] = []

    def follow(self, follower: Follower, *, known: int, hears_joins: bool = False) -> None:
        """Send a follower all that comes after what it knows, beginning with what was kept."""
        kept = self._beginning.pop(follower)
        for publication in kept:
            if publication.offset > known:
                self._send(follower, publication)
        if hears_joins:
            self._listening[follower] = None
        if known > self.offset:
            self._ahead[follower] = known
        else:
            self._following.setdefault(follower.codec, {})[follower] = None

    def end(self, follower: Follower) -> None:
        """Forget a follower."""
        self._beginning.pop(follower, None)
        self._ahead.pop(follower, None)
        self._listening.pop(follower, None)
        following = self._following.get(follower.codec)
        if following is not None:
            following.pop(follower, None)

    def deliver(self, publication: Publication) -> None:
        """Hand the next publication to everybody who follows."""
        self.offset = publication.offset
        for codec, followers in self._following.items():
            if codec is None:
                for follower in list(followers):
                    follower.put_publication(publication)
            elif followers:
                frame = framed(codec, publication)
                # A copy: who is closed for reading too slowly leaves meanwhile.
                for follower in list(followers):
                    follower.put(frame)
            MESSAGES.inc(len(followers))
        for kept in self._beginning.values():
            kept.append(publication)
        for follower, known in list(self._ahead.items()):
            if known <= publication.offset:
                del self._ahead[follower]
                self._following.setdefault(follower.codec, {})[follower] = None

    def tell(self, what: str, who: Presence) -> None:
        """Tell those who asked for it that somebody joined or left."""
        for follower in list(self._listening):
            follower.put_told(self.name, what, who)

    def _send(self, follower: Follower, publication: Publication) -> None:
        if follower.codec is None:
            follower.put_publication(publication)
        else:
            follower.put(framed(follower.codec, publication))
        MESSAGES.inc()


def framed(codec: FrameCodec, publication: Publication) -> Frame:
    """Return the push of a publication, as one frame for all who are written to in this way."""
    payload = codec.reply(pushes.publication(publication))
    return Frame(payload, publication.channel, publication.offset)
