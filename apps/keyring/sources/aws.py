"""Master keys kept in AWS Secrets Manager; imported only where they are."""

import threading
import time
from functools import cached_property
from typing import Any

import boto3
import structlog
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.conf import settings
from typing_extensions import override

from apps.keyring.errors import MasterKeyMissing
from apps.keyring.ports import MasterKeySource
from apps.keyring.sources.local import parsed

# How long what the store answered is used before it is asked again.
REMEMBERED_SECONDS = 300.0
# A key that nothing opens may not make a request to the store out of every request to us.
ASKED_AT_MOST_EVERY_SECONDS = 1.0

_PATIENCE = Config(connect_timeout=2, read_timeout=3, retries={"total_max_attempts": 2})

_log = structlog.get_logger("keyring")


class SecretsManagerSource(MasterKeySource):
    """A secret in AWS Secrets Manager; region and credentials are found as AWS tools do."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: tuple[str, ...] = ()
        self._asked_at = float("-inf")

    @override
    def read(self, *, is_anew: bool = False) -> tuple[str, ...]:
        """Return the keys in the secret; raises MasterKeyMissing where it was never reached.

        While it cannot be reached, the keys known from before are used.
        """
        longest = ASKED_AT_MOST_EVERY_SECONDS if is_anew else REMEMBERED_SECONDS
        with self._lock:
            if time.monotonic() - self._asked_at >= longest:
                self._asked_at = time.monotonic()
                self._ask()
        if not self._keys:
            raise MasterKeyMissing("AWS Secrets Manager gave no master keys; the log says why.")
        return self._keys

    def _ask(self) -> None:
        name = settings.KEYRING_MASTER_KEY_SECRET
        try:
            answer = self._client.get_secret_value(SecretId=name)
            self._keys = parsed(answer["SecretString"], f"The secret {name}")
        except (BotoCoreError, ClientError, KeyError, MasterKeyMissing) as problem:
            _log.error("master_keys.unreachable", secret=name, problem=str(problem))

    @cached_property
    def _client(self) -> Any:
        return boto3.client("secretsmanager", config=_PATIENCE)
