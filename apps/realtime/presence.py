"""Presence: who is on which channel now, over all nodes, kept in Redis and nowhere else.

A channel's hash says who; one sorted set says until when each of them is believed to be there, so
that any node can sweep up what a dead one left behind. Joins and leaves are told on a channel of
Redis of their own, once each, by whoever made the change.
"""

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from hashlib import sha1
from typing import Any
from uuid import UUID

import orjson
from django.conf import settings
from redis.asyncio import Redis
from redis.exceptions import NoScriptError

from apps.kernel.clock import now
from apps.realtime.types import USER, Presence
from apps.resilience.services import RedisRole, redis_client

_HASH = "mainstay:presence:on:"
# Members are "<client> <channel>", scored by the moment until which they are believed.
_UNTIL = "mainstay:presence:until"
# Users, scored by the moment until which they count as online.
_ONLINE = "mainstay:presence:online"
TOLD = "mainstay:presence:told:"
SWEPT_AT_ONCE = 500

_JOIN = """
local is_new = redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
redis.call('ZADD', KEYS[2], ARGV[3], ARGV[4])
if ARGV[5] ~= '' then redis.call('ZADD', KEYS[3], 'GT', ARGV[3], ARGV[5]) end
local many = redis.call('HLEN', KEYS[1])
if is_new == 1 and ARGV[6] ~= '' and many <= tonumber(ARGV[7]) then
  redis.call('PUBLISH', ARGV[6], cjson.encode({'join', ARGV[2]}))
end
return many
"""
# Only who removes the entry tells of it; with "before", only an entry that has expired.
_LEAVE = """
if ARGV[3] ~= '' then
  local till = redis.call('ZSCORE', KEYS[2], ARGV[2])
  if till and tonumber(till) > tonumber(ARGV[3]) then return 0 end
end
redis.call('ZREM', KEYS[2], ARGV[2])
local who = redis.call('HGET', KEYS[1], ARGV[1])
if not who then return 0 end
redis.call('HDEL', KEYS[1], ARGV[1])
local many = redis.call('HLEN', KEYS[1])
if ARGV[4] ~= '' and many == 0 then redis.call('ZADD', KEYS[3], ARGV[5], ARGV[4]) end
if ARGV[6] ~= '' and many < tonumber(ARGV[7]) then
  redis.call('PUBLISH', ARGV[6], cjson.encode({'leave', who}))
end
return 1
"""


def present_on(channel: str) -> list[Presence]:
    """Who is on a channel now; raises RedisError where that cannot be known."""
    redis: Any = redis_client(RedisRole.FAST)
    found = redis.hgetall(_HASH + channel)
    clients = sorted(client.decode() for client in found)
    if not clients:
        return []
    until = redis.zmscore(_UNTIL, [_member(client, channel) for client in clients])
    return [
        presence_from(found[client.encode()])
        for client, moment in zip(clients, until, strict=True)
        if moment is not None and moment > _milliseconds()
    ]


def online_among(public_ids: Collection[UUID]) -> set[UUID]:
    """Which of these users are connected, or were a moment ago; raises RedisError."""
    asked = list(public_ids)
    if not asked:
        return set()
    redis: Any = redis_client(RedisRole.FAST)
    until = redis.zmscore(_ONLINE, [str(each) for each in asked])
    here = _milliseconds()
    return {each for each, moment in zip(asked, until, strict=True) if moment and moment > here}


class PresenceBoard:
    """What a node writes about the connections it holds."""

    def __init__(self, redis: Redis) -> None:
        self._redis: Any = redis

    async def join(self, channel: str, presence: Presence) -> int:
        """Note that a connection is on a channel; return how many are."""
        keys = (_HASH + channel, _UNTIL, _ONLINE)
        many = await self._run(
            _JOIN,
            keys,
            presence.client_id,
            presence_bytes(presence),
            _milliseconds(settings.REALTIME_PRESENCE_SECONDS),
            _member(presence.client_id, channel),
            _user_of(channel),
            _told_on(channel),
            settings.REALTIME_JOINS_TOLD_UP_TO,
        )
        return int(many)

    async def leave(self, channel: str, client_id: str) -> bool:
        """Note that a connection has left; tell whether it was there."""
        return await self._leave(channel, client_id, expired_before="")

    async def connections_of(self, user_id: UUID) -> int:
        """Return how many connections a user has, those of a dead node until they are swept."""
        return int(await self._redis.hlen(f"{_HASH}{USER}:{user_id}"))

    async def refresh(self, places: Iterable[tuple[str, str]]) -> None:
        """Note that these connections (channel, client) are still there."""
        until = _milliseconds(settings.REALTIME_PRESENCE_SECONDS)
        members = list(places)
        if not members:
            return
        await self._redis.zadd(_UNTIL, {_member(client, name): until for name, client in members})
        users = {user: until for name, _ in members if (user := _user_of(name))}
        if users:
            await self._redis.zadd(_ONLINE, users, gt=True)

    async def missing(self, places: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return which of these Redis does not know, as after it was emptied."""
        if not places:
            return []
        pipeline = self._redis.pipeline(transaction=False)
        for channel, client_id in places:
            pipeline.hexists(_HASH + channel, client_id)
        known = await pipeline.execute()
        return [place for place, is_known in zip(places, known, strict=True) if not is_known]

    async def sweep(self) -> int:
        """Let those leave whose node has died; return how many did."""
        here = _milliseconds()
        await self._redis.zremrangebyscore(_ONLINE, "-inf", here)
        expired = await self._redis.zrangebyscore(_UNTIL, "-inf", here, start=0, num=SWEPT_AT_ONCE)
        swept = 0
        for member in expired:
            client_id, _, channel = member.decode().partition(" ")
            swept += await self._leave(channel, client_id, expired_before=str(here))
        return swept

    async def _leave(self, channel: str, client_id: str, *, expired_before: str) -> bool:
        gone = await self._run(
            _LEAVE,
            (_HASH + channel, _UNTIL, _ONLINE),
            client_id,
            _member(client_id, channel),
            expired_before,
            _user_of(channel),
            _milliseconds(settings.REALTIME_OFFLINE_AFTER_SECONDS),
            _told_on(channel),
            settings.REALTIME_JOINS_TOLD_UP_TO,
        )
        return bool(gone)

    async def _run(self, script: str, keys: Sequence[str], *words: object) -> Any:
        try:
            return await self._redis.evalsha(_SHA[script], len(keys), *keys, *words)
        except NoScriptError:
            # This Redis has not seen it yet, or was restarted; nothing has been done.
            return await self._redis.eval(script, len(keys), *keys, *words)


def told_channel(channel: str) -> str:
    """Return the channel of Redis on which joins and leaves are told."""
    return TOLD + channel


def told(message: bytes) -> tuple[str, Presence]:
    """Return what such a message tells: "join" or "leave", and of whom."""
    what, who = orjson.loads(message)
    return what, presence_from(who.encode())


def presence_bytes(presence: Presence) -> bytes:
    """Return a presence as it is kept."""
    return orjson.dumps(
        [
            presence.client_id,
            presence.user_id,
            presence.connected_at.timestamp(),
            presence.node,
            presence.info,
        ]
    )


def presence_from(kept: bytes) -> Presence:
    """Return the presence that was kept."""
    client_id, user_id, connected_at, node, info = orjson.loads(kept)
    return Presence(
        client_id=client_id,
        user_id=UUID(user_id),
        connected_at=datetime.fromtimestamp(connected_at, UTC),
        node=node,
        info=info,
    )


def _member(client_id: str, channel: str) -> str:
    return f"{client_id} {channel}"


def _user_of(channel: str) -> str:
    kind, _, public_id = channel.partition(":")
    return public_id if kind == USER else ""


def _told_on(channel: str) -> str:
    # Nobody is told who else uses a person's account.
    return "" if _user_of(channel) else told_channel(channel)


def _milliseconds(ahead_seconds: float = 0.0) -> int:
    return int((now().timestamp() + ahead_seconds) * 1000)


_SHA = {
    script: sha1(script.encode(), usedforsecurity=False).hexdigest() for script in (_JOIN, _LEAVE)
}
