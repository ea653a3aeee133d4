"""App config of ${app}; no logic."""

from apps.kernel.apps import MainstayAppConfig


class ${App}Config(MainstayAppConfig):
    """${Words_plural}."""

    name = "apps.${app}"
    verbose_name = "${Words_plural}"
