"""The door of the CDN: what caches may keep, where content is had, and what they shall forget."""

from apps.cdn.addresses import public_url
from apps.cdn.headers import cache_headers, has_credentials

__all__ = ["cache_headers", "has_credentials", "public_url"]
