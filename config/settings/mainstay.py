"""Settings of Mainstay's own apps, each named after the app that reads it."""

from config.env import sizes_in_bytes
from config.settings.environment import ENV, IS_HOSTED

# What the composition root itself plugs into apps, such as pages that name several of them.
ROOT_PLUGS = "config.plugs"
# Celery's application, imported when it is first needed.
BACKGROUND_APP = "config.celery"

ENVIRONMENT = ENV.environment
BASE_URL = ENV.base_url
STATE_DIR = ENV.state_dir
REDIS_URL = ENV.redis_url
REDIS_PATIENCE = ENV.redis_patience

# What the API asks of apps above it: who counts requests, who asks by a token, who watches.
API_COUNTER = "apps.resilience.services.count_in_window"
API_IDENTIFIER = "apps.accounts.api.authentication.caller_by"
API_OBSERVER = "apps.observability.observation.begun"

_MEBIBYTE = 1024 * 1024
CACHING_DIR = ENV.state_dir / "caching"
CACHING_MEMORY_BYTES = ENV.caching_memory_mib * _MEBIBYTE
CACHING_REDIS_BYTES = ENV.caching_redis_mib * _MEBIBYTE
CACHING_FILES_BYTES = ENV.caching_files_mib * _MEBIBYTE
CACHING_LEAST_FREE_BYTES = ENV.caching_least_free_mib * _MEBIBYTE
# How many popular entries are made anew before somebody asks for them.
CACHING_WARMED = 50
# How often each process looks whether its folder needs care; tests do so by hand.
CACHING_KEEPER_SECONDS = 0.0 if ENV.environment == "test" else 5.0

CDN_PROVIDER = ENV.cdn_provider
CDN_BASE_URL = ENV.cdn_base_url
CDN_CLOUDFLARE_API = "https://api.cloudflare.com/client/v4"
CDN_CLOUDFLARE_ZONE = ENV.cdn_cloudflare_zone
CDN_CLOUDFLARE_TOKEN = ENV.cdn_cloudflare_token
CDN_CLOUDFLARE_PURGES_PER_MINUTE = ENV.cdn_cloudflare_purges_per_minute
CDN_CLOUDFLARE_PURGES_AT_ONCE = ENV.cdn_cloudflare_purges_at_once
CDN_PURGE_BASES = ENV.cdn_purge_bases

EVENTS_RETENTION_DAYS = ENV.event_retention_days
EVENTS_PARTITIONS_AHEAD_DAYS = 14

FILES_UPLOAD_URL = ENV.files_upload_url or ENV.base_url
FILES_BODIES_AT_ONCE = ENV.files_bodies_at_once
FILES_UPLOAD_EXPIRY_HOURS = ENV.files_upload_expiry_hours
FILES_EXPIRED_STATUS = int(ENV.files_expired_status)
FILES_DEFAULT_PURPOSE = ENV.files_default_purpose
FILES_FORM_BYTES = ENV.files_form_mib * _MEBIBYTE
# Pages of the same sites as may open sockets (decision 0016).
FILES_ALLOWED_ORIGINS = (ENV.base_url, *ENV.realtime_allowed_origins)
FILES_ALLOWS_LOCAL_ORIGINS = not IS_HOSTED
FILES_QUARANTINE_DAYS = ENV.files_quarantine_days
# An object that no row knows may belong to work that is under way: none takes as long as that.
FILES_ORPHAN_GRACE_HOURS = 24
FILES_CONTENT_URL = ENV.files_content_url or ENV.base_url
# How many bytes the files of one user may take, by tier; the first is everybody else's.
FILES_TIERS = sizes_in_bytes(ENV.files_tiers)
FILES_SCANNERS = ENV.files_scanners
FILES_CLAMAV_URL = ENV.files_clamav_url
FILES_CLOUD_SCANNER_URL = ENV.files_cloud_scanner_url
FILES_CLOUD_SCANNER_TOKEN = ENV.files_cloud_scanner_token
# Where bytes lie while they are looked through, if their storage is not on this host.
FILES_SPOOL_DIR = ENV.state_dir / "spool"
FILES_AVIF = ENV.files_avif
FILES_STORAGE = ENV.files_storage
FILES_ROOT = ENV.files_root or ENV.state_dir / "files"
FILES_S3_BUCKET = ENV.files_s3_bucket
FILES_S3_REGION = ENV.files_s3_region
FILES_S3_ENDPOINT_URL = ENV.files_s3_endpoint_url
FILES_S3_ADDRESSING = ENV.files_s3_addressing
FILES_S3_ACCESS_KEY_ID = ENV.files_s3_access_key_id
FILES_S3_SECRET_ACCESS_KEY = ENV.files_s3_secret_access_key
FILES_AZURE_ACCOUNT = ENV.files_azure_account
FILES_AZURE_CONTAINER = ENV.files_azure_container
FILES_AZURE_KEY = ENV.files_azure_key
FILES_AZURE_ENDPOINT_URL = ENV.files_azure_endpoint_url
IMAGING_PROCESSES = ENV.imaging_processes

MEDIA_BASE_URL = ENV.media_base_url or ENV.base_url
MEDIA_PREDECESSOR_ORIGIN = ENV.media_predecessor_origin
MEDIA_PUBLIC_PURPOSES = ENV.media_public_purposes
MEDIA_SOURCE_BYTES = ENV.media_source_mib * _MEBIBYTE
# Any size of any picture: everything could be filled with those, and everything be seen.
MEDIA_ALLOWS_UNSIGNED = ENV.environment == "development"
# 0: a picture in place of an error has the error's status.
MEDIA_FALLBACK_STATUS = ENV.media_fallback_status
# Pauses before a remote source is asked again; each up to half of it shorter.
MEDIA_RETRY_SECONDS = (0.0, 0.0, 0.0) if ENV.environment == "test" else (1.0, 2.0, 4.0)
# Of the image process: threads that make or fetch what is not at hand, and who may wait for them.
MEDIA_THREADS = 16
MEDIA_MOST_WAITING = 2000
# Of these threads and of who waits, as many as one remote source gets, however slow it is; who
# finds no thread within some seconds is given what is remembered, or told to come again.
MEDIA_THREADS_PER_SOURCE = 8
MEDIA_MOST_WAITING_PER_SOURCE = 200
MEDIA_PLACE_SECONDS = 3.0

KEYRING_MASTER_KEY_SOURCE = ENV.keyring_master_key_source
KEYRING_MASTER_KEYS = ENV.keyring_master_key
KEYRING_MASTER_KEY_FILE = ENV.keyring_master_key_file
KEYRING_MASTER_KEY_SECRET = ENV.keyring_master_key_secret

OUTBOUND_ALLOWED_NETWORKS = ENV.outbound_allowed_networks
OUTBOUND_REQUIRES_HTTPS = IS_HOSTED
PLAYGROUND_PUSH_URL = ENV.playground_push_url
OBSERVABILITY_METRICS_DIR = ENV.prometheus_multiproc_dir
OBSERVABILITY_ALLOWED_NETWORKS = ENV.metrics_allowed_networks
TRUSTED_PROXY_COUNT = ENV.trusted_proxy_count
X_ACCEL_REDIRECT = ENV.x_accel_redirect

NOTIFICATIONS_RETENTION_DAYS = ENV.notifications_retention_days
NOTIFICATIONS_STALE_DEVICE_DAYS = ENV.notifications_stale_device_days

SYNC_RETENTION_DAYS = ENV.sync_retention_days

WEBHOOKS_RETENTION_DAYS = ENV.webhooks_retention_days
WEBHOOKS_DISABLE_AFTER_DAYS = ENV.webhooks_disable_after_days
WEBHOOKS_RETRY_SECONDS = ENV.webhooks_retry_seconds or (
    (2, 5, 15, 60, 300) if ENV.environment == "development" else (30, 120, 480, 1920, 7680)
)
