"""The environment: that its variables are valid, and whether its secrets can be guessed."""

from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from apps.kernel.ports import Finding
from config.env import Variable, variables
from config.settings.environment import ENV, IS_HOSTED

# Words of examples, handbooks and defaults.
GUESSED_FIRST = frozenset(
    {"secret", "password", "postgres", "mainstay", "redis", "admin", "changeme", "example", ""}
)
LEAST_LENGTH = 32
LEAST_DISTINCT = 16


@dataclass(frozen=True)
class EnvironmentExamination:
    """The strength of its secrets; servers' passwords only where hosted.

    An environment that is not valid never gets here: the settings refuse it.
    """

    name: str = "environment"
    cure: str = "Set SECRET_KEY and KEYRING_MASTER_KEY as docs/reference/settings.md says."

    def examine(self) -> Iterator[Finding]:
        """Return what was seen, never the secrets."""
        known = variables()
        yield Finding(f"every variable is valid for {ENV.environment}")
        yield random_finding("SECRET_KEY", ENV.secret_key, known["SECRET_KEY"])
        for key in ENV.keyring_master_key:
            yield random_finding("KEYRING_MASTER_KEY", key, known["KEYRING_MASTER_KEY"])
        if IS_HOSTED:
            yield password_finding("DATABASE_URL", ENV.database_url)
            yield password_finding("REDIS_URL", ENV.redis_url)


def random_finding(name: str, secret: str, about: Variable) -> Finding:
    """Judge whether a secret is long and looks random."""
    is_well = len(secret) >= LEAST_LENGTH and len(set(secret)) >= LEAST_DISTINCT
    return Finding(
        f"{name} is strong" if is_well else f"{name} can be guessed",
        "" if is_well else f"Make a new one: {about.example}",
    )


def password_finding(name: str, url: str) -> Finding:
    """Judge the password within a server's URL."""
    password = urlsplit(url).password or ""
    is_well = password.lower() not in GUESSED_FIRST and len(password) >= LEAST_DISTINCT
    return Finding(
        f"{name} has a strong password" if is_well else f"The password in {name} can be guessed",
        ""
        if is_well
        else f"Give the server a random password of {LEAST_DISTINCT} or more letters.",
    )
