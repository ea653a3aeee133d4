"""The image process: an RSGI application that gives what is at hand, and has the rest made.

Specification: RSGI 1.5 (granian). What is at hand is answered on the event loop; all else by
threads, once for all who ask for the same.
"""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.db import connection

from apps.api.etags import known_copy
from apps.kernel import context
from apps.media import metrics
from apps.media.accepting import accept_class
from apps.media.answering import IN_FULL, answer, refusal
from apps.media.asking import origin_asked
from apps.media.errors import MediaBusy
from apps.media.hot import Headers, HotTable, Place
from apps.media.source_places import SourcePlaces
from apps.media.types import MediaAnswer, MediaRequest
from apps.media.watching import Watch

if TYPE_CHECKING:
    from granian._granian import RSGIHTTPProtocol as HTTPProtocol
    from granian.rsgi import Scope

_PROBES = frozenset({"/health/live", "/health/ready"})
_CORRELATION = "X-Request-ID"


class ImageServer:
    """Serves pictures for one worker of granian."""

    def __init__(self) -> None:
        self.table = HotTable(settings.CACHING_MEMORY_BYTES)
        self._watch = Watch(self.table)
        self._threads = ThreadPoolExecutor(settings.MEDIA_THREADS, thread_name_prefix="media")
        self._places = SourcePlaces(
            settings.MEDIA_THREADS_PER_SOURCE,
            most_waiting=settings.MEDIA_MOST_WAITING_PER_SOURCE,
            patience_seconds=settings.MEDIA_PLACE_SECONDS,
        )
        self._flights: dict[Place, asyncio.Future[MediaAnswer]] = {}
        self._waiting = 0

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Begin with a worker."""
        self._watch.start()

    def __rsgi_del__(self, loop: asyncio.AbstractEventLoop) -> None:
        """End with it."""
        self._watch.stop()
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def __rsgi__(self, scope: "Scope", protocol: "HTTPProtocol") -> None:
        """Answer one request."""
        headers, path, query = scope.headers, scope.path, scope.query_string
        method, accept = scope.method, headers.get("accept", "")
        if method == "GET" and "authorization" not in headers and IN_FULL not in headers:
            hit = self.table.get((path, query, accept_class(accept)))
            if hit is not None:
                known = headers.get("if-none-match")
                if known is not None and known_copy(known, hit.etag, codings=()):
                    protocol.response_empty(304, hit.headers_without_body)
                    return
                if hit.body is not None:
                    protocol.response_bytes(200, hit.headers, hit.body)
                    return
        await self._answer(scope, protocol, accept)

    async def _answer(self, scope: "Scope", protocol: "HTTPProtocol", accept: str) -> None:
        if scope.path in _PROBES:
            protocol.response_empty(200, [])
            return
        request = MediaRequest(
            path=scope.path,
            query=scope.query_string,
            accept=accept,
            method=scope.method,
            if_none_match=scope.headers.get("if-none-match", ""),
            has_credentials="authorization" in scope.headers,
            is_in_full=IN_FULL in scope.headers,
        )
        found = await self._found(request)
        headers = _lowered(found)
        if found.body and request.method != "HEAD":
            protocol.response_bytes(found.status, headers, found.body)
            return
        if request.method == "HEAD":
            headers.append(("content-length", str(len(found.body))))
        protocol.response_empty(found.status, headers)

    async def _found(self, request: MediaRequest) -> MediaAnswer:
        """Return the answer, made by one thread for all who ask for the same meanwhile."""
        place = (request.path, request.query, accept_class(request.accept))
        is_shared = request.method == "GET" and not (
            request.if_none_match or request.has_credentials or request.is_in_full
        )
        flight = self._flights.get(place) if is_shared else None
        if flight is not None:
            return await asyncio.shield(flight)
        if self._waiting >= settings.MEDIA_MOST_WAITING:
            return refusal(request, MediaBusy(headers={"Retry-After": "1"}))
        mark = self.table.mark
        work = asyncio.create_task(self._worked(request))
        if is_shared:
            self._flights[place] = work
        self._waiting += 1
        metrics.WAITING.inc()
        try:
            found = await asyncio.shield(work)
        finally:
            self._waiting -= 1
            metrics.WAITING.dec()
            if is_shared:
                del self._flights[place]
        if found.repeatable_seconds and not (request.has_credentials or request.is_in_full):
            self.table.put(place, found, mark=mark)
        return found

    async def _worked(self, request: MediaRequest) -> MediaAnswer:
        """Have a thread answer; of what comes from one remote source, not too many at once."""
        origin = origin_asked(request.path, request.query)
        if origin is None:
            return await self._in_a_thread(request)
        async with self._places.place(origin) as has_place:
            return await self._in_a_thread(replace(request, is_at_hand_only=not has_place))

    async def _in_a_thread(self, request: MediaRequest) -> MediaAnswer:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _answered, request)


def _answered(request: MediaRequest) -> MediaAnswer:
    try:
        with context.bound(context.Context()) as bound:
            found = answer(request)
    finally:
        # Few ask the database, so no thread keeps a connection to it.
        connection.close()
    # A picture may be given again, to others.
    return found if found.key else found.with_header(_CORRELATION, bound.correlation_id)


def _lowered(found: MediaAnswer) -> Headers:
    return [(name.lower(), value) for name, value in found.headers.items()]


def get_application() -> Any:
    """Return the application; Django has been set up."""
    return ImageServer()
