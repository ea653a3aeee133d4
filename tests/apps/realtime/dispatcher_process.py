"""Run as a process of its own by test_consumer: realtime's consumer, which may be told to die.

With "between", it dies after each commit and before it tells anybody, as a kill there would.
"""

import os
import sys

import django


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    from apps.events.dispatcher import Dispatcher
    from apps.realtime import consumer

    if "between" in sys.argv:
        vars(consumer)["relay"] = lambda _: os._exit(9)
    Dispatcher([consumer.RealtimeConsumer()]).run()


if __name__ == "__main__":
    main()
