"""Celery's application is there once it was asked for (see tests/config/test_start.py too)."""

from celery import current_app

from apps.kernel.background import load_background_app


def test_application_of_the_settings_is_the_one_that_tasks_belong_to() -> None:
    load_background_app()

    assert current_app.main == "mainstay"
