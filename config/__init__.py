"""The composition root: the only package that names every app."""

from config.celery import celery_app

__all__ = ["celery_app"]
