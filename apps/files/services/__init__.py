"""The writing door of files: bring, check, delete and look after them."""

from apps.files.services.deleting import delete_file
from apps.files.services.renditions import (
    make_due_renditions,
    plan_renditions,
    remake_renditions,
)

__all__ = ["delete_file", "make_due_renditions", "plan_renditions", "remake_renditions"]
