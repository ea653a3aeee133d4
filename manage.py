#!/usr/bin/env python3
"""Start Django's command line; nothing else."""

import gc
import os
import sys

OBJECTS_PER_COLLECTION = 100_000


def main() -> None:
    """Run the management command named on the command line.

    An unusable environment is told in words, without a traceback.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    # What is made at the start stays: looking it through for garbage takes a fifth of the time.
    gc.set_threshold(OBJECTS_PER_COLLECTION)
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  settings first
    from django.core.management import execute_from_command_line  # noqa: PLC0415  settings first

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
