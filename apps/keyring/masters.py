"""The master keys, from wherever this installation keeps them; the first seals, all open."""

from functools import cache

from django.conf import settings
from django.utils.module_loading import import_string

from apps.keyring import material
from apps.keyring.errors import MasterKeyMissing
from apps.keyring.ports import MasterKeySource

# What KEYRING_MASTER_KEY_SOURCE may name. By name, because AWS's client takes long to import.
SOURCES = {
    "environment": "apps.keyring.sources.local.EnvironmentSource",
    "file": "apps.keyring.sources.local.FileSource",
    "aws": "apps.keyring.sources.aws.SecretsManagerSource",
}


def sealed(secret: bytes) -> bytes:
    """Encrypt key material with the first master key."""
    return material.seal(secret, master_keys=_source().read())


def opened(sealed_secret: bytes) -> bytes:
    """Decrypt key material; raises MasterKeyMissing where no master key at hand fits.

    Before that the source is asked anew: the fitting one may have been put there a moment ago.
    """
    source = _source()
    try:
        return material.unseal(sealed_secret, master_keys=source.read())
    except MasterKeyMissing:
        return material.unseal(sealed_secret, master_keys=source.read(is_anew=True))


def _source() -> MasterKeySource:
    return _source_named(settings.KEYRING_MASTER_KEY_SOURCE)


@cache
def _source_named(name: str) -> MasterKeySource:
    source: MasterKeySource = import_string(SOURCES[name])()
    return source
