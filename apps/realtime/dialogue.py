"""What a client asks for, command by command, and what it is answered."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from time import time
from typing import Any

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from apps.kernel.context import bound
from apps.kernel.errors import AppError
from apps.realtime import access, joining, presence, selectors, services
from apps.realtime.callers import Caller, caller_by
from apps.realtime.connection import Connection
from apps.realtime.database import in_database
from apps.realtime.protocol import fields, pushes
from apps.realtime.protocol.codecs import Malformed
from apps.realtime.protocol.errors import Closing, Refused, ReplyError
from apps.realtime.types import CloseCode, Position, Presence

log = structlog.get_logger("realtime")

Params = Mapping[str, Any]
Method = Callable[[int, Params], Awaitable[None]]

_METHODS = frozenset(
    (
        *("connect", "refresh", "ping", "send", "rpc"),
        *("subscribe", "sub_refresh", "unsubscribe", "publish"),
        *("presence", "presence_stats", "history"),
    )
)

_VERSION = "mainstay"
_MOST_HISTORY = 300
# Frames that wait for their turn, which by emulation come in requests of their own.
_MOST_WAITING = 64


class Dialogue:
    """The commands of one connection, one after the other."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._turn = asyncio.Lock()
        self._waiting = 0
        connection.take = self.take

    async def take(self, frame: bytes) -> None:
        """Carry out the commands of a frame; what must not be ends the connection."""
        if self._waiting >= _MOST_WAITING:
            self._connection.kick(CloseCode.TOO_MANY_REQUESTS, "too many requests")
            return
        self._waiting += 1
        try:
            async with self._turn:
                await self._carry_out(self._commands(frame))
        except Closing as closing:
            self._connection.kick(closing.code, closing.reason)
        finally:
            self._waiting -= 1

    def _commands(self, frame: bytes) -> list[dict[str, Any]]:
        assert self._connection.codec is not None
        try:
            commands = self._connection.codec.commands(frame)
        except Malformed:
            commands = []
        if not commands:
            raise Closing(CloseCode.BAD_REQUEST, "bad request")
        return commands

    async def _carry_out(self, commands: Sequence[Params]) -> None:
        """Carry out commands; whoever does not read the answers is not given more of them."""
        connection = self._connection
        for command in commands:
            if not connection.is_open:
                return
            if not connection.allowance.take():
                raise Closing(CloseCode.TOO_MANY_REQUESTS, "too many requests")
            connection.is_busy = True
            try:
                with bound(connection.context):
                    await self._command(command)
            finally:
                connection.is_busy = False
            await connection.outbox.has_room()

    async def _command(self, command: Params) -> None:
        self._connection.heard()
        if not command:
            return
        number = fields.number(command, "id")
        name = next((name for name in command if name in _METHODS), "")
        params = command.get(name)
        if not name or not isinstance(params, dict) or (not number and name != "send"):
            raise Closing(CloseCode.BAD_REQUEST, "bad request")
        if (self._connection.caller is None) != (name == "connect"):
            raise Closing(CloseCode.BAD_REQUEST, "bad request")
        try:
            method: Method = getattr(self, f"_{name}")
            await method(number, params)
        except Refused as refused:
            self._answer(number, error=refused.error.as_reply)
        except AppError:
            self._answer(number, error=ReplyError.BAD_REQUEST.as_reply)
        except DatabaseError as error:
            log.warning("command.failed", command=name, error=type(error).__name__)
            self._answer(number, error=ReplyError.INTERNAL.as_reply)

    def _answer(self, number: int, **result: object) -> None:
        if self._connection.is_open:
            self._connection.reply({"id": number, **result})

    @property
    def _caller(self) -> Caller:
        assert self._connection.caller is not None
        return self._connection.caller

    async def _connect(self, number: int, params: Params) -> None:
        connection = self._connection
        caller = await in_database(caller_by, fields.text(params, "token"))
        connection.name = fields.label(params, "name")
        connection.version = fields.label(params, "version")
        await connection.node.admit(connection, caller)
        own = f"user:{caller.public_id}"
        asked = fields.mapping(fields.mapping(params, "subs"), own)
        joined = await joining.join(connection, own, since=_since(asked))
        self._answer(
            number,
            connect={
                "client": str(connection.client_id),
                "version": _VERSION,
                "subs": {own: joined.result},
                "ping": settings.REALTIME_PING_SECONDS,
                "pong": True,
                "session": connection.session,
                "node": connection.node.name,
                **_time_left(caller),
            },
        )
        joined.follow()

    async def _subscribe(self, number: int, params: Params) -> None:
        connection, name = self._connection, fields.text(params, "channel")
        if name in connection.places:
            raise Refused(ReplyError.ALREADY_SUBSCRIBED)
        if len(connection.places) >= settings.REALTIME_CHANNELS_PER_CONNECTION:
            raise Refused(ReplyError.LIMIT_EXCEEDED)
        if not await in_database(
            access.may_subscribe,
            user_id=self._caller.user_id,
            user_public_id=self._caller.public_id,
            channel=name,
        ):
            raise Refused(ReplyError.PERMISSION_DENIED)
        hears_joins = fields.flag(params, "join_leave")
        joined = await joining.join(connection, name, since=_since(params), hears_joins=hears_joins)
        self._answer(number, subscribe=joined.result)
        joined.follow()

    async def _unsubscribe(self, number: int, params: Params) -> None:
        self._connection.leave(self._followed(params))
        self._answer(number, unsubscribe={})

    async def _publish(self, number: int, params: Params) -> None:
        name, data = self._followed(params), fields.data(params)
        if not await in_database(
            access.may_publish,
            user_id=self._caller.user_id,
            user_public_id=self._caller.public_id,
            channel=name,
        ):
            raise Refused(ReplyError.PERMISSION_DENIED)
        await in_database(
            services.publish_message,
            channels=[name],
            data=data,
            publisher_id=self._caller.public_id,
        )
        self._answer(number, publish={})

    async def _presence(self, number: int, params: Params) -> None:
        found = await self._present(params)
        self._answer(
            number,
            presence={"presence": {who.client_id: pushes.as_info(who) for who in found}},
        )

    async def _presence_stats(self, number: int, params: Params) -> None:
        found = await self._present(params)
        users = {who.user_id for who in found}
        self._answer(number, presence_stats={"num_clients": len(found), "num_users": len(users)})

    async def _present(self, params: Params) -> list[Presence]:
        name = self._followed(params)
        try:
            return await in_database(presence.present_on, name)
        except RedisError:
            raise Refused(ReplyError.NOT_AVAILABLE) from None

    async def _history(self, number: int, params: Params) -> None:
        name = self._followed(params)
        since = fields.mapping(params, "since")
        found = await in_database(
            selectors.history,
            name,
            since=_position(since) if since else None,
            limit=_limit(fields.number(params, "limit")),
            newest_first=fields.flag(params, "reverse"),
        )
        if not found.is_recovered:
            raise Refused(ReplyError.UNRECOVERABLE_POSITION)
        self._answer(
            number,
            history={
                "publications": [pushes.as_publication(each) for each in found.publications],
                "epoch": found.position.epoch,
                "offset": found.position.offset,
            },
        )

    async def _ping(self, number: int, params: Params) -> None:
        self._answer(number, ping={})

    async def _send(self, number: int, params: Params) -> None:
        """Take in a message that asks for no answer: nobody here listens to any."""

    async def _rpc(self, number: int, params: Params) -> None:
        raise Refused(ReplyError.METHOD_NOT_FOUND)

    async def _refresh(self, number: int, params: Params) -> None:
        caller = await in_database(caller_by, fields.text(params, "token"))
        if caller.public_id != self._caller.public_id:
            raise Closing(CloseCode.INVALID_TOKEN, "invalid token")
        self._connection.node.readmit(self._connection, caller)
        result = {"client": str(self._connection.client_id), "version": _VERSION}
        self._answer(number, refresh={**result, **_time_left(caller)})

    async def _sub_refresh(self, number: int, params: Params) -> None:
        # Subscriptions have no tokens here, so none of them expires.
        self._followed(params)
        self._answer(number, sub_refresh={})

    def _followed(self, params: Params) -> str:
        """Return the channel a command is about, which only those who follow it may ask of."""
        name = fields.text(params, "channel")
        if name not in self._connection.places:
            raise Refused(ReplyError.PERMISSION_DENIED)
        return name


def _since(params: Params) -> Position | None:
    """Return where a client stood that wants to be sent what it missed."""
    return _position(params) if fields.flag(params, "recover") else None


def _position(params: Params) -> Position:
    return Position(offset=fields.number(params, "offset"), epoch=fields.text(params, "epoch"))


def _limit(asked: int) -> int:
    # 0 asks for the position alone, a negative number for all.
    return _MOST_HISTORY if asked < 0 else min(asked, _MOST_HISTORY)


def _time_left(caller: Caller) -> dict[str, object]:
    return {"expires": True, "ttl": max(1, int(caller.expires_at - time()))}
