"""App config of files; no logic."""

from apps.kernel.apps import MainstayAppConfig


class FilesConfig(MainstayAppConfig):
    """Files."""

    name = "apps.files"
    verbose_name = "Files"
