"""Links between users and their accounts at Google, Apple and the like; allauth keeps them."""

from allauth.account.models import EmailAddress
from allauth.socialaccount.models import SocialAccount
from django.db import transaction

from apps.accounts.events import EmailVerified, ProviderLinked, ProviderUnlinked
from apps.accounts.models import User
from apps.events.services import announce


@transaction.atomic
def record_linked_provider(*, user_id: int, provider: str, verified_email: str = "") -> None:
    """Announce ProviderLinked for a link that was just written.

    A guest gets the address the provider has verified, unless somebody else has it, and is a
    user like any other from then on: announces EmailVerified too.
    """
    user = User.objects.select_for_update(no_key=True).get(pk=user_id)
    audience = (f"user:{user.public_id}",)
    announce(ProviderLinked(audience=audience, user_id=user.public_id, provider=provider))
    if user.email or not verified_email or User.objects.filter(email=verified_email).exists():
        return
    user.email = verified_email
    user.save(update_fields=["email", "updated_at"])
    EmailAddress.objects.create(user=user, email=verified_email, verified=True, primary=True)
    announce(EmailVerified(audience=audience, user_id=user.public_id))


@transaction.atomic
def record_unlinked_provider(*, user_id: int, provider: str) -> None:
    """Announce ProviderUnlinked for a link that was just deleted."""
    user = User.objects.get(pk=user_id)
    announce(
        ProviderUnlinked(
            audience=(f"user:{user.public_id}",), user_id=user.public_id, provider=provider
        )
    )


def is_linked(*, provider: str, subject: str) -> bool:
    """Say whether somebody signs in by this identity."""
    return bool(SocialAccount.objects.filter(provider=provider, uid=subject).exists())
