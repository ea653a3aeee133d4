"""Where probes ask."""

from django.urls import path

from apps.health.views import live, ready

urlpatterns = [
    path("live", live, name="health-live"),
    path("ready", ready, name="health-ready"),
]
