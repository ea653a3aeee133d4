"""The storages there are, each made by a process that needs it."""

from apps.files.ports import StoragePlace
from apps.files.types import Storage


def _local() -> Storage:
    from apps.files.storages.local import LocalStorage  # noqa: PLC0415  only where it is in use

    return LocalStorage()


def _s3() -> Storage:
    from apps.files.storages.s3 import S3Storage  # noqa: PLC0415  boto3 takes long

    return S3Storage()


def _azure() -> Storage:
    from apps.files.storages.azure import AzureStorage  # noqa: PLC0415  likewise

    return AzureStorage()


PLACES = (
    StoragePlace(name="local", make=_local),
    StoragePlace(name="s3", make=_s3),
    StoragePlace(name="azure", make=_azure),
)
