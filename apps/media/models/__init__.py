"""The tables of the image service, one model per file."""

from apps.media.models.preset import Preset
from apps.media.models.remote_source import RemoteSource

__all__ = ["Preset", "RemoteSource"]
