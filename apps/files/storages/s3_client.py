"""How S3 is reached: where, as whom, and how long it is waited for."""

from dataclasses import dataclass
from functools import cache
from typing import Any

from boto3.session import Session
from botocore.config import Config
from django.conf import settings

CONNECT_SECONDS = 2
# Of silence; an answer that goes on coming may take longer.
READ_SECONDS = 10
ATTEMPTS = 3
_CONNECTIONS = 50


@dataclass(frozen=True)
class Place:
    """Where S3 is spoken, and as whom."""

    endpoint_url: str
    region: str
    addressing: str
    access_key_id: str
    secret_access_key: str

    @classmethod
    def of_settings(cls) -> "Place":
        """Return what the operator has set."""
        return cls(
            settings.FILES_S3_ENDPOINT_URL,
            settings.FILES_S3_REGION,
            settings.FILES_S3_ADDRESSING,
            settings.FILES_S3_ACCESS_KEY_ID,
            settings.FILES_S3_SECRET_ACCESS_KEY,
        )


@cache
def client_of(process_id: int, place: Place) -> Any:
    """Return a client for all threads of a process: a forked one must share no connection."""
    return Session().client(
        "s3",
        endpoint_url=place.endpoint_url or None,
        region_name=place.region or None,
        aws_access_key_id=place.access_key_id or None,
        aws_secret_access_key=place.secret_access_key or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": place.addressing},
            connect_timeout=CONNECT_SECONDS,
            read_timeout=READ_SECONDS,
            retries={"total_max_attempts": ATTEMPTS, "mode": "standard"},
            max_pool_connections=_CONNECTIONS,
            tcp_keepalive=True,
            # Others than AWS know none of the newer checksums.
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        ),
    )
