"""Hosts, cookies, transport and limits on what a request may carry."""

from urllib.parse import urlsplit

from config.settings.environment import ENV, IS_HOSTED

ALLOWED_HOSTS = [urlsplit(ENV.base_url).hostname or "localhost", *ENV.allowed_hosts]
if not IS_HOSTED:
    ALLOWED_HOSTS += ["127.0.0.1", "localhost", "[::1]", "testserver"]

CSRF_TRUSTED_ORIGINS = [ENV.base_url]
CSRF_FAILURE_VIEW = "apps.api.problems.csrf_failure"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SECURE = IS_HOSTED
CSRF_COOKIE_SECURE = IS_HOSTED
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 31_536_000 if IS_HOSTED else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = IS_HOSTED
SECURE_SSL_REDIRECT = False  # the proxy in front speaks TLS; the app port is never public
if ENV.trusted_proxy_count:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
X_FRAME_OPTIONS = "DENY"

DATA_UPLOAD_MAX_MEMORY_SIZE = 1024 * 1024
DATA_UPLOAD_MAX_NUMBER_FIELDS = 500
DATA_UPLOAD_MAX_NUMBER_FILES = 20
