"""The writing door of files: bring, check, delete and look after them."""

from apps.files.services.deleting import delete_file

__all__ = ["delete_file"]
