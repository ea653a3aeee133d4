#!/usr/bin/env python3
"""Start Django's command line; nothing else."""

import os
import sys


def main() -> None:
    """Run the management command named on the command line.

    An unusable environment is told in words, without a traceback.
    """
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    from django.core.exceptions import ImproperlyConfigured  # noqa: PLC0415  settings first
    from django.core.management import execute_from_command_line  # noqa: PLC0415  settings first

    try:
        execute_from_command_line(sys.argv)
    except ImproperlyConfigured as problem:
        sys.exit(str(problem))


if __name__ == "__main__":
    main()
