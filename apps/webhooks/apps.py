"""App config of webhooks; no logic."""

from apps.kernel.apps import MainstayAppConfig


class WebhooksConfig(MainstayAppConfig):
    """Webhooks."""

    name = "apps.webhooks"
    verbose_name = "Webhooks"
