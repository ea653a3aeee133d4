"""The Celery application; tasks are found in each app's ``tasks`` module."""

import os
from importlib import import_module
from typing import Any

from celery import Celery

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")

celery_app = Celery("mainstay")
celery_app.config_from_object("django.conf:settings", namespace="CELERY")
celery_app.autodiscover_tasks()


@celery_app.on_after_finalize.connect
def watch_tasks(**_: Any) -> None:
    """Let the watch hear of tasks, before the first is sent or run and once all apps are there."""
    import_module("apps.observability.task_signals")
