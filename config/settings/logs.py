"""Logs: structlog writes JSON lines to standard output; the standard library is routed into it."""

from apps.observability.logs import logging_settings
from config.settings.environment import ENV

LOG_LEVEL = ENV.log_level or ("DEBUG" if ENV.environment == "development" else "INFO")
SEQ_URL = ENV.seq_url
SEQ_API_KEY = ENV.seq_api_key
LOGGING_CONFIG = "apps.observability.logs.configure"
LOGGING = logging_settings(level=LOG_LEVEL)
