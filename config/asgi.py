"""The ASGI entry point of the realtime process; the web itself is served by config.wsgi."""

import os

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
django.setup()

# Apps are there from here on.
from apps.realtime.asgi import get_application  # noqa: E402

application = get_application()
