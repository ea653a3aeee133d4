"""Stages of a sign-in, where they differ from allauth's."""

from typing import Any

from allauth.account import stages
from typing_extensions import override


class EmailVerificationStage(stages.EmailVerificationStage):
    """Has an address verified; a guest who is known by a provider or passkey has none."""

    @override
    def handle(self) -> tuple[Any, bool]:
        login = self.login
        if login.user is not None and not login.user.email and not login.email:
            return None, True
        handled: tuple[Any, bool] = super().handle()
        return handled
