"""Which apps run, and which middleware every request passes."""

from config.settings.environment import ENV, IS_HOSTED

MAINSTAY_APPS = [
    "apps.kernel",
    "apps.events",
    "apps.api",
    "apps.console",
    "apps.observability",
    "apps.health",
    "apps.resilience",
    "apps.keyring",
    "apps.caching",
    "apps.webhooks",
    "apps.accounts",
    "apps.imaging",
    "apps.cdn",
    "apps.files",
    "apps.realtime",
    "apps.media",
    "apps.notifications",
    "apps.sync",
    "apps.buildings",
]
if not IS_HOSTED:
    MAINSTAY_APPS.append("apps.playground")

INSTALLED_APPS = [
    # unfold replaces templates of the admin, so it stands before it.
    "unfold",
    "unfold.contrib.filters",
    "django.contrib.admin",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "allauth",
    "allauth.account",
    "allauth.headless",
    "allauth.mfa",
    "allauth.socialaccount",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    *MAINSTAY_APPS,
]
if ENV.environment == "test":
    INSTALLED_APPS.append("django_linear_migrations")

MIDDLEWARE = [
    # First in, last out: correlation, timing, the one "request finished" event, metrics.
    "apps.observability.middleware.ObservabilityMiddleware",
    # Outside of whatever answers, so that a 304 warns as well.
    "apps.api.versions.DeprecationMiddleware",
    # Probes ask by address, not by an allowed host, and must not wait for what follows.
    "apps.health.middleware.ProbeMiddleware",
    "django.middleware.security.SecurityMiddleware",
    # Outside of the session, which may set a cookie on any answer.
    "apps.cdn.middleware.PublicWithoutCredentialsMiddleware",
    # A strong ETag for whatever may be stored, 304 for who has it already, and compression.
    "apps.api.middleware.EntityMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "apps.console.operators.OperatorMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
]
