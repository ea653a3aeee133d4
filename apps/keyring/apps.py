"""App config of keyring; no logic."""

from apps.kernel.apps import MainstayAppConfig


class KeyringConfig(MainstayAppConfig):
    """Keyring."""

    name = "apps.keyring"
    verbose_name = "Keyring"
