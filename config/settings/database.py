"""PostgreSQL, the one database from the first minute to production."""

import environ

from config.settings.environment import ENV

DATABASES = {"default": environ.Env.db_url_config(ENV.database_url)}
DATABASES["default"] |= {
    # Django's own, with a health check that mostly costs no round trip.
    "ENGINE": "apps.kernel.postgresql",
    # Persistent connections halve the cost of a short read (R8 section 4).
    "CONN_MAX_AGE": None,
    "CONN_HEALTH_CHECKS": True,
    "OPTIONS": {
        "connect_timeout": ENV.database_connect_timeout_seconds,
        "application_name": "mainstay",
        # Nothing asked here runs for as long as compiling it would take.
        "options": "-c jit=off "
        f"-c transaction_timeout={ENV.database_transaction_timeout_seconds}s "
        f"-c idle_in_transaction_session_timeout={ENV.database_transaction_timeout_seconds}s",
    },
}
