"""Celery's application, for those few who send a task; everybody else does without Celery."""

from importlib import import_module

from django.conf import settings


def load_background_app() -> None:
    """Make the Celery application that the tasks of this process belong to, if there is none yet.

    It takes a tenth of a start, so nothing that is imported at the start may import Celery.
    """
    import_module(settings.BACKGROUND_APP)
