"""Run as a process of its own by test_dispatcher: a dispatcher whose consumer counts in a table."""

import os
import sys
from collections.abc import Sequence

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from django.db import connection

    from apps.events.dispatcher import Dispatcher
    from apps.events.types import LoggedEvent

    class Counter:
        name = sys.argv[1]
        topics = ("tests.*",)

        def handle(self, batch: Sequence[LoggedEvent]) -> None:
            with connection.cursor() as cursor:
                cursor.executemany(
                    "INSERT INTO tests_heard (consumer, number) VALUES (%s, %s)",
                    [(self.name, event.payload["number"]) for event in batch],
                )

        def after_commit(self, batch: Sequence[LoggedEvent]) -> None:
            """Give no hint."""

    Dispatcher([Counter()]).run()


if __name__ == "__main__":
    main()
