"""Sees who may stay: carries out orders at once, and asks again by itself, for orders get lost."""

import asyncio
from collections.abc import Collection, Mapping
from uuid import UUID

import structlog
from django.conf import settings
from django.db import Error as DatabaseError
from redis.exceptions import RedisError

from apps.accounts.selectors import live_sessions_among
from apps.realtime import access
from apps.realtime.connection import Connection
from apps.realtime.database import in_database, portions
from apps.realtime.hub import Hub
from apps.realtime.local_channel import LocalChannel
from apps.realtime.node_metrics import SUBSCRIPTIONS
from apps.realtime.orders import Disconnect, Order, received_orders
from apps.realtime.revoking import SESSION_ENDED
from apps.realtime.types import USER, CloseCode

log = structlog.get_logger("realtime")

_REST_SECONDS = 1.0


class Doorkeeper:
    """Ends what sessions and permissions no longer bear out."""

    def __init__(self, hub: Hub, by_user: Mapping[UUID, Collection[Connection]]) -> None:
        self._hub = hub
        self._by_user = by_user

    async def obey(self) -> None:
        """Carry out orders until cancelled."""
        while True:
            try:
                async for order in received_orders():
                    await self._carry_out(order)
            except (RedisError, OSError) as error:
                log.warning("orders.unheard", error=type(error).__name__)
            await asyncio.sleep(_REST_SECONDS)

    async def ask_again(self) -> None:
        """Ask about everybody now and then, until cancelled."""
        while True:
            await asyncio.sleep(settings.REALTIME_VERIFY_SECONDS)
            connected = [each for group in self._by_user.values() for each in group]
            SUBSCRIPTIONS.set(sum(len(each.places) for each in connected))
            try:
                await _verify_sessions(connected)
                for channel in self._hub.channels:
                    await _verify_places(channel)
            except DatabaseError as error:
                log.warning("permissions.unverified", error=type(error).__name__)

    async def _carry_out(self, order: Order) -> None:
        if isinstance(order, Disconnect):
            self._disconnect(order)
            return
        channel = self._hub.channel(order.channel)
        if channel is not None:
            try:
                await _verify_places(channel)
            except DatabaseError as error:
                log.warning("permissions.unverified", error=type(error).__name__)

    def _disconnect(self, order: Disconnect) -> None:
        for connection in list(self._by_user.get(order.user_id, ())):
            caller = connection.caller
            if order.session_id is None or (caller and caller.session_id == order.session_id):
                connection.kick(order.code, order.reason)


async def _verify_sessions(connected: Collection[Connection]) -> None:
    for some in portions(connected):
        sessions = {each.caller.session_id for each in some if each.caller}
        live = await in_database(live_sessions_among, sessions)
        for connection in some:
            if connection.caller and connection.caller.session_id not in live:
                connection.kick(CloseCode.SESSION_ENDED, SESSION_ENDED)


async def _verify_places(channel: LocalChannel) -> None:
    if channel.name.startswith(f"{USER}:"):
        return
    connected = [each for each in channel.followers if isinstance(each, Connection)]
    for some in portions(connected):
        users = {each.caller.user_id: each.caller.public_id for each in some if each.caller}
        allowed = await in_database(access.allowed_among, channel=channel.name, users=users)
        for connection in some:
            if connection.caller and connection.caller.user_id not in allowed:
                connection.unsubscribe(channel.name, code=103, reason="permission denied")
