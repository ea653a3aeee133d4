"""The RSGI entry point of the image process; the web itself is served by config.wsgi."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup(set_prefix=False)

# Apps are there from here on.
from apps.media.server import get_application  # noqa: E402

application = get_application()
