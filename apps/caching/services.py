"""The writing door of caching: remember, forget, and look after what is kept."""

from apps.caching.forgetting import clear, forget, forget_matching, forget_tagged, prune
from apps.caching.housekeeping import clean
from apps.caching.remembering import cacheable, note_uses, remember
from apps.caching.warming import warm

__all__ = [
    "cacheable",
    "clean",
    "clear",
    "forget",
    "forget_matching",
    "forget_tagged",
    "note_uses",
    "prune",
    "remember",
    "warm",
]
