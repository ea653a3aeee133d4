"""App config of accounts; no logic."""

from apps.kernel.apps import MainstayAppConfig


class AccountsConfig(MainstayAppConfig):
    """Identity; named so beside allauth's own "Accounts"."""

    name = "apps.accounts"
    verbose_name = "Identity"
