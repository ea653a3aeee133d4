"""Pictures within Mainstay: who may be asked for them, signed addresses, and thumbnails."""

import os
from pathlib import Path
from time import monotonic
from typing import Any

from apps.imaging import services as imaging
from apps.imaging.types import Fit, Format, Wanted
from apps.media.models import RemoteSource
from apps.media.signing import signed_path
from apps.media.types import Asked, Parameters, Remote
from bench.usage import resident_mib


def list_source(*, host: str) -> dict[str, Any]:
    """Let pictures be taken from a host of this machine."""
    name, _, port = host.partition(":")
    RemoteSource.objects.get_or_create(scheme="http", host=name, port=int(port))
    return {}


def sign_pictures(*, urls: list[str], edge: int, quality: int) -> dict[str, Any]:
    """Return the paths of a square of each."""
    parameters = Parameters(
        width=edge, height=edge, fit=Fit.COVER, quality=quality, format=Format.JPEG
    )
    asked = (Asked(source=Remote(url), parameters=parameters) for url in urls)
    return {"paths": [signed_path(each) for each in asked]}


def make_thumbnails(*, photo: str, edges: list[int], seconds: int) -> dict[str, Any]:
    """Make the thumbnails of a photo again and again, as a worker does."""
    content = Path(photo).read_bytes()
    wanted = [
        Wanted(format=form, width=edge, height=edge)
        for edge in edges
        for form in (Format.WEBP, Format.JPEG)
    ]
    imaging.render(content, wanted)
    made, began = 0, monotonic()
    while (took := monotonic() - began) < seconds:
        made += len(imaging.render(content, wanted))
    return {"made": made, "seconds": took, "mib": resident_mib(os.getpid())}
