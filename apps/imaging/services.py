"""The door of imaging: what a picture shows, and pictures made of it, in processes under limits."""

import atexit
import os
import threading
import time
from collections.abc import Sequence
from dataclasses import asdict

from django.conf import settings

from apps.imaging import metrics
from apps.imaging.errors import (
    BrokenPicture,
    ImagingBusy,
    NotAPicture,
    PictureRefused,
    PictureTooCostly,
    PictureTooLarge,
)
from apps.imaging.pool import ANSWER_SECONDS, Pool
from apps.imaging.types import MOST_BYTES, Picture, PoolState, Rendered, Wanted
from apps.imaging.wire import Message

__all__ = ["inspect", "pool_state", "render"]

_REFUSALS: dict[str, type[PictureRefused]] = {
    error.code: error for error in (NotAPicture, BrokenPicture, PictureTooLarge, PictureTooCostly)
}
_lock = threading.Lock()
_pools: list[Pool] = []


def inspect(content: bytes, *, seconds: float = ANSWER_SECONDS) -> Picture:
    """Decode every frame and return what the file shows, orientation applied.

    The header is weighed first: width times height times frames above `MOST_PIXELS` is refused
    before anything is decoded. Of a file of several pictures (MPO, TIFF) the first one counts.

    Raises PictureRefused (NotAPicture, BrokenPicture, PictureTooLarge, PictureTooCostly) where
    trying again does not help; ImagingBusy where it may, also after ``seconds`` without an answer.
    """
    answer = _asked(Message({"do": "inspect"}, [content]), seconds)
    return Picture(**answer.header["picture"])


def render(
    content: bytes, wanted: Sequence[Wanted], *, seconds: float = ANSWER_SECONDS
) -> list[Rendered]:
    """Return the pictures in the order they are wanted, from one decode.

    They are upright, in sRGB, and hold no metadata. No side is longer than asked for. Raises as
    `inspect`.
    """
    if not wanted:
        return []
    asked = {"do": "render", "wanted": [asdict(one) for one in wanted]}
    answer = _asked(Message(asked, [content]), seconds)
    return [
        Rendered(content=body, **about)
        for about, body in zip(answer.header["rendered"], answer.bodies, strict=True)
    ]


def pool_state() -> PoolState:
    """How the processes that decode for this process fare."""
    return _pool().state()


def _asked(request: Message, seconds: float) -> Message:
    if len(request.bodies[0]) > MOST_BYTES:
        raise PictureTooLarge(f"The file has more than {MOST_BYTES} bytes.")
    work, begun = request.header["do"], time.monotonic()
    try:
        answer = _pool().ask(request, seconds=seconds)
        if refused := answer.header.get("refused"):
            raise _REFUSALS.get(refused, PictureTooCostly)(answer.header["detail"])
    except PictureRefused:
        metrics.PICTURES.labels(work, "refused").inc()
        raise
    except ImagingBusy:
        metrics.PICTURES.labels(work, "busy").inc()
        raise
    metrics.PICTURES.labels(work, "done").inc()
    metrics.SECONDS.labels(work).observe(time.monotonic() - begun)
    return answer


def _pool() -> Pool:
    """Return this process's pool; its processes start when they are first needed."""
    with _lock:
        if not _pools:
            _pools.append(Pool(settings.IMAGING_PROCESSES))
        return _pools[0]


def close() -> None:
    """End the processes of this process; the next picture starts new ones."""
    with _lock:
        while _pools:
            _pools.pop().close()


def _forget_the_parents() -> None:
    """Let a forked child (Celery's) have processes of its own."""
    global _lock  # noqa: PLW0603  a thread of the parent may have held it
    _lock = threading.Lock()
    while _pools:
        _pools.pop().abandon()


atexit.register(close)
os.register_at_fork(after_in_child=_forget_the_parents)
