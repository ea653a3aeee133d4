"""The image service in the admin: presets with a preview, remote sources, and how it does."""

from apps.media.admin.presets import PresetAdmin
from apps.media.admin.remote_sources import RemoteSourceAdmin

__all__ = ["PresetAdmin", "RemoteSourceAdmin"]
