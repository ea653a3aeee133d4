"""What other apps plug into realtime: rooms of their own."""

from dataclasses import dataclass

from apps.kernel.registry import Registry


@dataclass(frozen=True, kw_only=True)
class Room:
    """A kind of room, ``room:<name>:<public id>``, whose members hear its events live.

    Who may join is asked of the audience that is registered under the same name
    (`events.ports.audiences`): at every subscription, and again of everybody connected after an
    event whose topic may have cost somebody their place.
    """

    # A kind of scope, such as "building".
    name: str
    # Events for the room's scope after which permission is asked again; patterns as in `events`.
    revoking_topics: tuple[str, ...] = ()
    # Members may send messages into the room, which everybody in it is then sent.
    members_may_publish: bool = False


rooms: Registry[Room] = Registry("room")
