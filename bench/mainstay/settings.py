"""The settings of production, with limits nobody reaches and receivers on this machine."""

from datetime import timedelta
from typing import cast

from config import settings as house
from config.settings import *

# Counted like any other, but never reached: a load run asks more than a thousand people would.
_RATES = cast("dict[str, str]", house.REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"])
REST_FRAMEWORK = {
    **house.REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": dict.fromkeys(_RATES, "10000000/sec"),
}
ROOT_URLCONF = "bench.mainstay.urls"
OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
OUTBOUND_REQUIRES_HTTPS = False
# Everybody is signed in once, at the beginning of a run.
ACCOUNTS_ACCESS_TOKEN_LIFETIME = timedelta(hours=6)
# A few people open all connections of the run.
REALTIME_CONNECTIONS_PER_USER = 10_000
# The same few people bring gigabytes, round after round.
FILES_TIERS = dict.fromkeys(house.FILES_TIERS, 1024**4)
