"""APNs' provider token: a JWT signed with the team's key (ES256), good for an hour."""

from datetime import timedelta

import jwt

from apps.kernel.clock import now
from apps.notifications.providers.minting import Minted, MintingFailed
from apps.notifications.types import ProviderSettings

LIFETIME = timedelta(minutes=60)


def mint(account: ProviderSettings) -> Minted:
    """Sign a token for the account's team; raises MintingFailed where its key is none."""
    issued_at = now().replace(microsecond=0)
    claims = {"iss": account.config["team_id"], "iat": int(issued_at.timestamp())}
    try:
        token = jwt.encode(
            claims,
            account.secret,
            algorithm="ES256",
            headers={"kid": account.config["key_id"], "typ": None},
        )
    except (jwt.PyJWTError, ValueError, TypeError) as error:
        raise MintingFailed(
            f"The key cannot sign: {error}", code="unusable_key", is_our_fault=True
        ) from error
    return Minted(token=token, issued_at=issued_at, expires_at=issued_at + LIFETIME)
