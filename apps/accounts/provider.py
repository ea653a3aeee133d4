"""Google and Apple for allauth's registry, which looks for this module by its name."""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from functools import partial
from typing import Any, ClassVar

import jwt
from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialLogin
from allauth.socialaccount.providers.base import Provider, ProviderAccount
from django.conf import settings
from django.db import connection
from django.http import HttpRequest
from typing_extensions import override

from apps.accounts.emails import canonical_email
from apps.accounts.errors import IdTokenRefused
from apps.accounts.openid import believed_claims
from apps.accounts.openid_servers import OpenIdServer, openid_server
from apps.kernel import clock

# Apple takes at most six months; a secret is used within seconds.
_SECRET_SECONDS = 300


class OpenIdProvider(Provider, ABC):
    """A provider whose ID tokens, or codes for them, native apps send."""

    # Ours are in the settings: there is no table to look into, and links outlive a client id.
    uses_apps = False
    supports_token_authentication = True
    account_class = ProviderAccount

    @property
    def about(self) -> Mapping[str, Any]:
        """What the settings say of it."""
        found: Mapping[str, Any] = settings.ACCOUNTS_PROVIDERS[self.id]
        return found

    @property
    def is_on(self) -> bool:
        """Whether anybody may sign in by it."""
        return bool(self.about["client_ids"])

    @override
    def verify_token(self, request: HttpRequest, token: Mapping[str, str]) -> SocialLogin:
        """Return the sign-in an ID token proves; requests with the same identity take turns.

        Raises IdTokenRefused or ProviderUnavailable.
        """
        client_id, server = token["client_id"], openid_server(self.about["issuers"][0])
        if client_id not in self.about["client_ids"]:
            raise IdTokenRefused("The client id is not one of this installation.")
        claims = believed_claims(
            token.get("id_token") or self._traded(token, server),
            find_key=server.key,
            issuers=self.about["issuers"],
            client_id=client_id,
            nonce=token.get("nonce", ""),
        )
        _take_turn(f"accounts.provider:{self.id}:{claims['sub']}")
        return self.sociallogin_from_response(request, {**claims, "told_name": token.get("name")})

    @abstractmethod
    def client_secret(self, client_id: str) -> str:
        """Return what proves to the provider that we are the client; raises IdTokenRefused."""

    @override
    def extract_uid(self, data: Mapping[str, Any]) -> str:
        return str(data["sub"])

    @override
    def extract_extra_data(self, data: Mapping[str, Any]) -> dict[str, Any]:
        # By which account there it is that is linked; the rest is none of our business.
        return {"email": _email_in(data)}

    @override
    def extract_common_fields(self, data: Mapping[str, Any]) -> dict[str, Any]:
        # Apple tells the name to the app, once, and never in the token.
        name = data.get("name") or data.get("told_name")
        return {"email": _email_in(data), "name": name}

    @override
    def extract_email_addresses(self, data: Mapping[str, Any]) -> list[EmailAddress]:
        email = _email_in(data)
        # Apple writes it as a text.
        is_verified = str(data.get("email_verified")).lower() == "true"
        return [EmailAddress(email=email, verified=is_verified, primary=True)] if email else []

    def _traded(self, token: Mapping[str, str], server: OpenIdServer) -> str:
        client_id = token["client_id"]
        more = {name: token[name] for name in ("redirect_uri", "code_verifier") if name in token}
        secret = self.client_secret(client_id)
        return server.id_token_for(token["code"], client_id=client_id, client_secret=secret, **more)


class GoogleProvider(OpenIdProvider):
    """Sign in with Google."""

    id: ClassVar = "google"
    name: ClassVar = "Google"

    @override
    def client_secret(self, client_id: str) -> str:
        if not self.about["client_secret"]:
            raise IdTokenRefused("Codes of Google are not taken here; send an ID token.")
        return str(self.about["client_secret"])


class AppleProvider(OpenIdProvider):
    """Sign in with Apple."""

    id: ClassVar = "apple"
    name: ClassVar = "Apple"

    @override
    def client_secret(self, client_id: str) -> str:
        about, now = self.about, int(clock.now().timestamp())
        if not (about["team_id"] and about["key_id"] and about["private_key"]):
            raise IdTokenRefused("Codes of Apple are not taken here; send an ID token.")
        claims = {
            "iss": about["team_id"],
            "sub": client_id,
            "aud": about["issuers"][0],
            "iat": now,
            "exp": now + _SECRET_SECONDS,
        }
        sign = partial(jwt.encode, algorithm="ES256", headers={"kid": about["key_id"]})
        return sign(claims, about["private_key"])


def _email_in(claims: Mapping[str, Any]) -> str:
    email = claims.get("email")
    return canonical_email(email) if isinstance(email, str) else ""


def _take_turn(identity: str) -> None:
    # Two taps on a button are one first sign-in, and the second finds what the first has made.
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [identity])


provider_classes = [GoogleProvider, AppleProvider]
