"""Django REST framework and the OpenAPI document; the words themselves live in apps.api."""

from config.settings.environment import ENV

# Below these every error is a problem document, also those that Django would answer in HTML.
API_PREFIXES = ("/api/", "/_allauth/")

# Per user, or per address of a stranger (of IPv6: per network).
_RATES: dict[str, str | None] = {
    "user": "1200/min",
    "anonymous": "120/min",
    "auth": "30/min",
    # Accounts that cost nobody a mailbox.
    "guests": "20/hour",
    # Each is a request to a server of somebody's choice.
    "webhook_tests": "10/min",
    # Chunks of uploads: so many that only a mistake meets the limit.
    "upload_chunks": "6000/min",
    # A screen of a gallery asks for a hundred thumbnails.
    "file_content": "6000/min",
    # URLs of pictures: a screen shows a few dozen.
    "media_urls": "600/min",
    # A device asks every ten seconds, and for page after page when it begins.
    "sync": "6000/min",
}
_RATES_IN_TESTS: dict[str, str | None] = {"guests": "1000/hour", "webhook_tests": "1000/min"}
# What the OpenAPI document says, which is the same everywhere.
API_DOCUMENTED_RATES = _RATES

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.AccessTokenAuthentication",
    ],
    # Deny by default: a view that names no permission is closed.
    "DEFAULT_PERMISSION_CLASSES": ["apps.api.permissions.Nobody"],
    "DEFAULT_RENDERER_CLASSES": ["apps.api.renderers.OrjsonRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.api.parsers.OrjsonParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.api.offset_pagination.Pagination",
    "DEFAULT_SCHEMA_CLASS": "apps.api.schema.OperationSchema",
    "DEFAULT_THROTTLE_RATES": _RATES | (_RATES_IN_TESTS if ENV.environment == "test" else {}),
    "EXCEPTION_HANDLER": "apps.api.problems.exception_handler",
    # Always six digits of a second, as PostgreSQL writes them for short reads.
    "DATETIME_FORMAT": "%Y-%m-%dT%H:%M:%S.%fZ",
    "URL_FORMAT_OVERRIDE": None,
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
    "TEST_REQUEST_DEFAULT_FORMAT": "json",
    "TEST_REQUEST_RENDERER_CLASSES": ["apps.api.renderers.OrjsonRenderer"],
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Mainstay",
    "DESCRIPTION": "The backend a mobile team deploys on day one and never outgrows.",
    # Each document is of one version, which names itself.
    "VERSION": None,
    "OAS_VERSION": "3.1.0",
    "SERVE_INCLUDE_SCHEMA": False,
    "EXTERNAL_DOCS": {
        "url": "/_allauth/openapi.json",
        "description": "Signing up and in, second factors, passkeys and providers",
    },
    "SCHEMA_PATH_PREFIX": "/api/v[0-9]+",
    "DEFAULT_GENERATOR_CLASS": "apps.api.schema.OneVersion",
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
    # Our serializers are for input or for output, never both.
    "COMPONENT_SPLIT_REQUEST": False,
    "ENUM_GENERATE_CHOICE_DESCRIPTION": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "POSTPROCESSING_HOOKS": [
        "apps.api.enums.name_enums",
        "apps.api.idempotent_operations.add_idempotency_keys",
        "apps.api.conditional_operations.add_preconditions",
        "apps.api.schema.add_problems",
        "apps.api.closed_inputs.close_inputs",
    ],
}
