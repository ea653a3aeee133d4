"""Where probes ask: ``live`` and ``ready``."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
