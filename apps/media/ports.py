"""What other apps plug into the image service: presets, and pictures in place of errors."""

from apps.kernel.registry import Registry
from apps.media.types import FallbackPicture, NamedParameters

presets: Registry[NamedParameters] = Registry("preset of pictures")
fallbacks: Registry[FallbackPicture] = Registry("fallback picture")
