"""The consumer of the event log that wakes a worker when all bytes of a file are here."""

from collections.abc import Sequence

from apps.events.types import LoggedEvent
from apps.kernel.background import load_background_app


class FileConsumer:
    """Hears of files that came; what is to be done about them their rows say themselves."""

    name = "files"
    topics = ("files.file.uploaded",)

    def handle(self, batch: Sequence[LoggedEvent]) -> None:
        """Write nothing: a file is due from its first row on."""

    def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
        """Wake a worker."""
        load_background_app()
        from apps.files import tasks  # noqa: PLC0415  it imports Celery

        tasks.check_hint.give()
