"""The operator's view of files: what people brought, its bytes, and what sweeps found."""

from apps.files.admin.blobs import BlobAdmin, RenditionAdmin
from apps.files.admin.files import FileAdmin
from apps.files.admin.sweeps import SweepAdmin
from apps.files.admin.uploads import UploadAdmin
from apps.files.admin.usages import UsageAdmin

__all__ = ["BlobAdmin", "FileAdmin", "RenditionAdmin", "SweepAdmin", "UploadAdmin", "UsageAdmin"]
