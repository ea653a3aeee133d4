"""App config of accounts; no logic."""

from apps.kernel.apps import MainstayAppConfig


class AccountsConfig(MainstayAppConfig):
    """Accounts."""

    name = "apps.accounts"
    verbose_name = "Accounts"
