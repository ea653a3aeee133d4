"""Pictures that were brought, and the renditions that the worker made of them."""

import hashlib
import random
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from django.db import transaction
from django.test import override_settings
from PIL import Image, ImageCms

from apps.files import services
from apps.files.models import Blob, Rendition
from apps.files.names import content_name
from apps.files.storages import current_storage
from apps.files.types import Urgency
from apps.imaging.services import inspect
from tests.factories.files import BlobFactory

SECRET = b"KEEP-THIS-TO-YOURSELF"
_ORIENTATION, _MAKER, _PLACE = 0x0112, 0x010F, 0x8825


@dataclass(frozen=True)
class Made:
    """A rendition and its bytes."""

    row: Rendition
    content: bytes

    def image(self) -> Image.Image:
        """Return it decoded."""
        image = Image.open(BytesIO(self.content))
        image.load()
        return image


@contextmanager
def renditions_of(content: bytes) -> Iterator[Mapping[tuple[str, str], Made]]:
    """Give the renditions of a picture by name and format; nothing of it stays behind."""
    with (
        TemporaryDirectory() as folder,
        override_settings(FILES_STORAGE="local", FILES_ROOT=Path(folder), FILES_AVIF=True),
        transaction.atomic(),
    ):
        blob = _brought(content)
        services.plan_renditions(blob, urgency=Urgency.INTERACTIVE)
        services.make_due_renditions(seconds=600.0)
        yield {
            (row.name, row.format): Made(row, b"".join(current_storage().read(row.object_name)))
            for row in Rendition.objects.filter(blob=blob)
        }
        transaction.set_rollback(True)


def _brought(content: bytes) -> Blob:
    picture, sha256 = inspect(content), hashlib.sha256(content).hexdigest()
    current_storage().put(content_name(sha256), BytesIO(content))
    blob: Blob = BlobFactory.create(
        sha256=sha256,
        size_bytes=len(content),
        content_type=f"image/{picture.format}",
        width=picture.width,
        height=picture.height,
    )
    return blob


def telling(image: Image.Image, format_: str, *, orientation: int = 1) -> bytes:
    """Return the file of a picture that tells all it can of its maker, place and owner."""
    exif = Image.Exif()
    exif[_ORIENTATION] = orientation
    exif[_MAKER] = SECRET.decode()
    exif.get_ifd(_PLACE)[29] = SECRET.decode()
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    options: dict[str, Any] = {"exif": exif, "icc_profile": profile}
    if format_ != "TIFF":
        options["xmp"] = b"<x:xmpmeta>" + SECRET + b"</x:xmpmeta>"
    if format_ == "JPEG":
        options["comment"] = SECRET
        options["quality"] = 60
        image = image.convert("RGB")
    target = BytesIO()
    image.save(target, format_, **options)
    return target.getvalue() + SECRET


def noise(mode: str, size: tuple[int, int], seed: int) -> Image.Image:
    """Return a picture of which nothing can be left out: the worst there is for an encoder."""
    length = size[0] * size[1] * len(mode)
    return Image.frombytes(mode, size, random.Random(seed).randbytes(length))
