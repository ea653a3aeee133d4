"""What files plugs into others, and into itself: storages, scanners and purposes."""

from apps.files.default_purposes import DEFAULT_PURPOSES
from apps.files.ports import StoragePlace, purposes, scanners, storages
from apps.files.scanners.clamav import ClamavScanner
from apps.files.scanners.cloud import CloudScanner
from apps.files.scanners.embedded import EmbeddedScanner
from apps.files.types import Storage


def _local() -> Storage:
    from apps.files.storages.local import LocalStorage  # noqa: PLC0415  only where it is in use

    return LocalStorage()


def _s3() -> Storage:
    from apps.files.storages.s3 import S3Storage  # noqa: PLC0415  boto3 takes long

    return S3Storage()


storages.register(StoragePlace(name="local", make=_local))
storages.register(StoragePlace(name="s3", make=_s3))
for _scanner in (EmbeddedScanner(), ClamavScanner(), CloudScanner()):
    scanners.register(_scanner)
for _purpose in DEFAULT_PURPOSES:
    purposes.register(_purpose)
