"""The pages of the playground, mounted in development only."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
