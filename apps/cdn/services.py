"""The door of the CDN: what caches may keep, where content is had, and what they shall forget."""

from apps.cdn.addresses import public_url
from apps.cdn.headers import cache_headers, has_credentials
from apps.cdn.purging import purge_everything, purge_tags, purge_urls, request_purge
from apps.cdn.sending import prune, send_due

__all__ = [
    "cache_headers",
    "has_credentials",
    "prune",
    "public_url",
    "purge_everything",
    "purge_tags",
    "purge_urls",
    "request_purge",
    "send_due",
]
