"""Where Prometheus scrapes."""

from django.urls import path

from apps.observability.views import metrics

urlpatterns = [path("metrics", metrics, name="metrics")]
