"""A channel in one process: who begins in the middle gets each publication once."""

from apps.kernel.clock import now
from apps.kernel.ids import new_id
from apps.realtime.local_channel import LocalChannel
from apps.realtime.outbox import Frame
from apps.realtime.protocol.codecs import JSON, FrameCodec
from apps.realtime.types import Position, Presence, Publication


class Listener:
    """A follower that keeps what it gets."""

    def __init__(self, codec: FrameCodec | None = JSON) -> None:
        self.codec = codec
        self.heard: list[int] = []
        self.told: list[str] = []

    def put(self, frame: Frame) -> None:
        """Take a frame."""
        self.heard.append(frame.offset)

    def put_publication(self, publication: Publication) -> None:
        """Take a publication."""
        self.heard.append(publication.offset)

    def put_told(self, channel: str, what: str, who: Presence) -> None:
        """Take a join or a leave."""
        self.told.append(what)


def published(offset: int) -> Publication:
    return Publication(
        channel="room", offset=offset, epoch="e", data=b"{}", event_id=new_id(), published_at=now()
    )


def test_what_came_while_reading_follows_what_was_read() -> None:
    channel, follower = LocalChannel("room", Position(offset=5, epoch="e")), Listener()
    channel.begin(follower)
    for offset in (6, 7, 8):
        channel.deliver(published(offset))

    channel.follow(follower, known=7)
    channel.deliver(published(9))

    assert follower.heard == [8, 9]


def test_who_knows_more_than_the_process_hears_nothing_twice() -> None:
    channel, follower = LocalChannel("room", Position(offset=5, epoch="e")), Listener()
    channel.begin(follower)

    channel.follow(follower, known=7)
    for offset in (6, 7, 8):
        channel.deliver(published(offset))

    assert follower.heard == [8]


def test_everybody_hears_in_their_own_way_until_they_leave() -> None:
    channel = LocalChannel("room", Position(offset=0, epoch="e"))
    followers = [Listener(), Listener(), Listener(None)]
    for follower in followers:
        channel.begin(follower)
        channel.follow(follower, known=0)

    channel.deliver(published(1))
    channel.end(followers[0])
    channel.deliver(published(2))

    assert [each.heard for each in followers] == [[1], [1, 2], [1, 2]]
    assert channel.is_followed
    for follower in followers:
        channel.end(follower)
    assert not channel.is_followed


def test_only_those_who_asked_are_told_of_joins() -> None:
    channel = LocalChannel("room", Position(offset=0, epoch="e"))
    curious, other = Listener(), Listener()
    for follower in (curious, other):
        channel.begin(follower)
        channel.follow(follower, known=0, hears_joins=follower is curious)

    who = Presence(client_id="c", user_id=new_id(), connected_at=now(), node="n", info={})
    channel.tell("join", who)

    assert (curious.told, other.told) == (["join"], [])
