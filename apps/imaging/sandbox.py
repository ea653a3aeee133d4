"""A process that decodes and encodes pictures, and can do nothing else; without Django.

Started by `process` as ``python -m apps.imaging.sandbox`` with a socket for its standard input.
"""

import fcntl
import os
import socket
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from io import BytesIO
from typing import Any

from PIL import Image

from apps.imaging.errors import PictureRefused, PictureTooCostly
from apps.imaging.limits import IDLE_SECONDS, allow_one_picture, give_up_everything
from apps.imaging.opening import inspect, set_limits
from apps.imaging.rendering import render
from apps.imaging.types import Fit, Format, Position, Wanted
from apps.imaging.wire import ChannelClosed, Message, receive, send


def main() -> None:
    """Answer one request after the other, until nobody asks any more."""
    set_limits()
    warm_up()
    channel = socket.socket(fileno=0)
    give_up_everything()
    send(channel, Message({"ready": True}))
    while True:
        try:
            request = receive(channel, until=time.monotonic() + IDLE_SECONDS)
        except (TimeoutError, ChannelClosed):
            return
        allow_one_picture()
        with _ending_with_the_other_side(channel):
            answer = answer_to(request)
        try:
            send(channel, answer)
        except ChannelClosed:
            return


def warm_up() -> None:
    """Draw a picture in each format: what is loaded now need not be loaded without files."""
    source = BytesIO()
    Image.new("RGBA", (2, 2)).save(source, "PNG")
    wanted = [
        Wanted(format=format_, position=position, fit=Fit.COVER, width=1, height=1, trim=1)
        for format_, position in zip(Format, [Position.ENTROPY, *Position], strict=False)
    ]
    for drawn in render(source.getvalue(), [*wanted, Wanted(format=Format.WEBP)]):
        inspect(drawn.content)


def answer_to(request: Message) -> Message:
    """Return what came of a request, or why it was refused."""
    (content,) = request.bodies
    try:
        return _WORK[request.header["do"]](request.header, content)
    except PictureRefused as refusal:
        return Message({"refused": refusal.code, "detail": refusal.detail})
    except MemoryError:
        detail = "The picture takes more memory than one picture may."
        return Message({"refused": PictureTooCostly.code, "detail": detail})


def _inspect(header: Mapping[str, Any], content: bytes) -> Message:
    return Message({"picture": asdict(inspect(content))})


def _render(header: Mapping[str, Any], content: bytes) -> Message:
    wanted = [_wanted(fields) for fields in header["wanted"]]
    rendered = render(content, wanted)
    about = [
        {"content_type": one.content_type, "width": one.width, "height": one.height}
        for one in rendered
    ]
    return Message({"rendered": about}, [one.content for one in rendered])


_WORK: Mapping[str, Callable[[Mapping[str, Any], bytes], Message]] = {
    "inspect": _inspect,
    "render": _render,
}


def _wanted(fields: Mapping[str, Any]) -> Wanted:
    words = {
        "format": Format(fields["format"]),
        "fit": Fit(fields["fit"]),
        "position": Position(fields["position"]),
    }
    return Wanted(**{**fields, **words})


@contextmanager
def _ending_with_the_other_side(channel: socket.socket) -> Iterator[None]:
    """Be ended by SIGIO if the other side goes while this one computes and does not listen."""
    flags = fcntl.fcntl(channel, fcntl.F_GETFL)
    fcntl.fcntl(channel, fcntl.F_SETOWN, os.getpid())
    fcntl.fcntl(channel, fcntl.F_SETFL, flags | os.O_ASYNC)
    try:
        yield
    finally:
        fcntl.fcntl(channel, fcntl.F_SETFL, flags)


if __name__ == "__main__":
    main()
