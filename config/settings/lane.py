"""The short lane in front of Django; how it works is told in apps.api.lane."""

# Middleware that does nothing to a GET or POST with a token and without cookies, so that such a
# request may be answered in front of it. Any other closes the short lane.
API_UNCONCERNED_MIDDLEWARE = (
    "apps.observability.middleware.ObservabilityMiddleware",
    # What is deprecated is not open to the lane.
    "apps.api.versions.DeprecationMiddleware",
    "apps.health.middleware.ProbeMiddleware",
    # The lane's answers are private from the start.
    "apps.cdn.middleware.PublicWithoutCredentialsMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "apps.console.operators.OperatorMiddleware",
)
