"""Our second ear at the event log: sign-outs reach devices even where a rule stops the first."""

from collections.abc import Sequence

from apps.events.types import LoggedEvent
from apps.notifications import services
from apps.notifications.services.sign_outs import DEVICE_REMOVED, SESSION_ENDED, USER_DISABLED


class SignOutConsumer:
    """Hears that sessions ended, devices were removed, and users were disabled."""

    name = "notifications.sign_outs"
    topics = (DEVICE_REMOVED, SESSION_ENDED, USER_DISABLED)

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Retire devices, in the transaction that moves the cursor."""
        services.retire_signed_out(batch)

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake nobody: nothing is left to do."""
