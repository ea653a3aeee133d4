"""One event loop per process, on a thread of its own, so that synchronous code can call out.

The loop and the client's kept connections are made when first asked for, that is after a worker
has forked; a forked child starts its own.
"""

import asyncio
import atexit
import os
import threading
from collections.abc import Coroutine
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, TypeVar
from weakref import WeakKeyDictionary

if TYPE_CHECKING:
    from apps.resilience.outbound import OutboundClient

T = TypeVar("T")

# Name resolution blocks a thread each; one slow name server must not hold up the other names.
RESOLVER_THREADS = 32

_Clients = WeakKeyDictionary["asyncio.AbstractEventLoop", "OutboundClient"]

# Apart, for a kept connection is not judged again.
_guarded: _Clients = WeakKeyDictionary()
_trusting: _Clients = WeakKeyDictionary()


def outbound_client() -> "OutboundClient":
    """Return the client of the running event loop, made when first asked for."""
    return _client(_guarded, is_guarded=True)


def trusting_client() -> "OutboundClient":
    """Return the one that dials any address: for URLs that operators set, and nobody else's."""
    return _client(_trusting, is_guarded=False)


async def close_outbound_client() -> None:
    """Close the kept connections of the running event loop, if there are any."""
    for clients in (_guarded, _trusting):
        client = clients.pop(asyncio.get_running_loop(), None)
        if client is not None:
            await client.close()


def _client(clients: _Clients, *, is_guarded: bool) -> "OutboundClient":
    # aiohttp takes a tenth of a start; most processes never call out.
    from apps.resilience.outbound import OutboundClient  # noqa: PLC0415

    loop = asyncio.get_running_loop()
    client = clients.get(loop)
    if client is None:
        client = clients[loop] = OutboundClient(is_guarded=is_guarded)
    return client


def run_outbound(work: Coroutine[Any, Any, T]) -> "Future[T]":
    """Run a coroutine on this process's loop, with the caller's correlation; return its future."""
    return asyncio.run_coroutine_threadsafe(work, _thread.loop())


class _LoopThread:
    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None

    def loop(self) -> asyncio.AbstractEventLoop:
        with self._lock:
            return self._loop or self._start()

    def _start(self) -> asyncio.AbstractEventLoop:
        self._loop = asyncio.new_event_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(RESOLVER_THREADS, "resolver"))
        self._thread = threading.Thread(
            target=self._loop.run_forever, name="outbound-loop", daemon=True
        )
        self._thread.start()
        atexit.register(self.stop)
        return self._loop

    def stop(self) -> None:
        with self._lock:
            loop, thread, self._loop = self._loop, self._thread, None
        if loop is None or thread is None:
            return
        asyncio.run_coroutine_threadsafe(close_outbound_client(), loop).result(timeout=5)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(timeout=5)
        loop.close()

    def forget(self) -> None:
        """Start anew in a forked child, where the parent's thread does not run."""
        self._lock = threading.Lock()
        self._loop = self._thread = None


_thread = _LoopThread()
os.register_at_fork(after_in_child=_thread.forget)
