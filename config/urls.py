"""The URL map: each app's urls under /api/<version>/, operators and probes beside it."""

from django.contrib import admin
from django.contrib.staticfiles.views import serve
from django.urls import URLPattern, URLResolver, include, path, re_path

from apps.accounts.admin_sign_in import sign_in
from config.settings.environment import IS_HOSTED

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/", include("apps.api.urls")),
    path("_allauth/", include("apps.accounts.api.flow_urls")),
    path(".well-known/", include("apps.keyring.api.well_known_urls")),
    path("health/", include("apps.health.urls")),
    path("", include("apps.observability.urls")),
    path("", include("apps.media.urls")),
    path("admin/", include("apps.console.urls")),
    path("admin/login/", sign_in),
    path("admin/", admin.site.urls),
]
if not IS_HOSTED:
    # Hosted, the proxy in front serves what collectstatic gathered.
    urlpatterns.append(re_path("^static/(?P<path>.*)$", serve, {"insecure": True}))
    urlpatterns.append(path("", include("apps.playground.urls")))

handler400 = "apps.api.problems.bad_request"
handler403 = "apps.api.problems.permission_denied"
handler404 = "apps.api.problems.page_not_found"
handler500 = "apps.api.problems.server_error"
