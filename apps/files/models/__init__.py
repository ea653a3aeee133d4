"""The tables of files, one model per file."""

from apps.files.models.blob import Blob
from apps.files.models.file import File
from apps.files.models.rendition import Rendition
from apps.files.models.sweep import Sweep
from apps.files.models.upload import Upload, UploadPart
from apps.files.models.usage import Usage

__all__ = ["Blob", "File", "Rendition", "Sweep", "Upload", "UploadPart", "Usage"]
