"""Where Prometheus scrapes."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
