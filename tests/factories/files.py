"""Files, blobs, renditions and uploads that read well in tests; their objects are not written."""

import hashlib
from datetime import timedelta

import factory
from factory.django import DjangoModelFactory

from apps.files.models import Blob, File, Rendition, Upload, UploadPart, Usage
from apps.files.names import content_name, part_name, rendition_name
from apps.files.types import FileState, RenditionState, Transport, Urgency
from apps.kernel import clock
from tests.factories.accounts import UserFactory


class BlobFactory(DjangoModelFactory[Blob]):
    """A clean PDF that nobody else has."""

    class Meta:
        model = Blob

    sha256 = factory.Sequence(lambda number: hashlib.sha256(b"%d" % number).hexdigest())
    storage = "local"
    object_name = factory.LazyAttribute(lambda blob: content_name(blob.sha256))
    size_bytes = 1000
    content_type = "application/pdf"
    engine = "embedded"
    signatures = "1"
    scanned_at = factory.LazyFunction(clock.now)


class FileFactory(DjangoModelFactory[File]):
    """A clean document of a new user."""

    class Meta:
        model = File

    owner = factory.SubFactory(UserFactory)
    purpose = "document"
    name = "plan.pdf"
    size_bytes = factory.SelfAttribute("blob.size_bytes")
    storage = "local"
    state = FileState.CLEAN
    blob = factory.SubFactory(BlobFactory)


class PendingFileFactory(DjangoModelFactory[File]):
    """A document that waits to be looked through."""

    class Meta:
        model = File

    owner = factory.SubFactory(UserFactory)
    purpose = "document"
    name = "plan.pdf"
    size_bytes = 1000
    storage = "local"
    state = FileState.PENDING
    due_at = factory.LazyFunction(clock.now)


class RenditionFactory(DjangoModelFactory[Rendition]):
    """A thumbnail that is ready."""

    class Meta:
        model = Rendition

    blob = factory.SubFactory(BlobFactory, content_type="image/jpeg", width=4000, height=3000)
    name = "300"
    format = "webp"
    state = RenditionState.READY
    object_name = factory.LazyAttribute(
        lambda made: rendition_name(made.blob.sha256, made.name, made.format)
    )
    width = 300
    height = 225
    size_bytes = 500
    urgency = Urgency.INTERACTIVE
    due_at = factory.LazyFunction(clock.now)


class UploadFactory(DjangoModelFactory[Upload]):
    """An upload of a new user that has just begun."""

    class Meta:
        model = Upload

    owner = factory.SubFactory(UserFactory)
    transport = Transport.TUS
    purpose = "document"
    name = "plan.pdf"
    length_bytes = 1000
    storage = "local"
    expires_at = factory.LazyFunction(lambda: clock.now() + timedelta(days=1))


class UploadPartFactory(DjangoModelFactory[UploadPart]):
    """The first part of an upload."""

    class Meta:
        model = UploadPart

    upload = factory.SubFactory(UploadFactory)
    number = 1
    object_name = factory.LazyAttribute(lambda part: part_name(part.upload.public_id, 1, 1))
    size_bytes = 100


class UsageFactory(DjangoModelFactory[Usage]):
    """How much room a new user takes: none."""

    class Meta:
        model = Usage

    user = factory.SubFactory(UserFactory)
