"""The page Prometheus scrapes; no part of the API."""

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_safe
from django_prometheus.exports import ExportToDjangoView

from apps.kernel.addresses import client_address, is_within
from apps.observability.exposition import forget_dead_processes, scraped_metrics


@require_safe
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer with all metrics; to strangers as if the page did not exist."""
    if not is_within(client_address(request.META), settings.OBSERVABILITY_ALLOWED_NETWORKS):
        raise Http404
    forget_dead_processes()
    page: HttpResponse = ExportToDjangoView(request)
    page.write(scraped_metrics())
    return page
