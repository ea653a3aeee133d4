"""The settings of production, with limits nobody reaches and receivers on this machine."""

from collections import defaultdict

from config.settings import *

# Counted like any other, but never reached: a load run asks more than a thousand people would.
REST_FRAMEWORK = {
    **REST_FRAMEWORK,
    "DEFAULT_THROTTLE_RATES": defaultdict(lambda: "1000000000/min"),
}
ROOT_URLCONF = "bench.mainstay.urls"
OUTBOUND_ALLOWED_NETWORKS = ("127.0.0.0/8",)
OUTBOUND_REQUIRES_HTTPS = False
