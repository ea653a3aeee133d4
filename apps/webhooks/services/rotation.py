"""Replacing an endpoint's secret while its receiver still verifies with the former one."""

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from apps.events.services import announce
from apps.kernel.clock import now
from apps.webhooks.errors import TooManySecrets
from apps.webhooks.events import EndpointSecretRotated
from apps.webhooks.models import EndpointSecret
from apps.webhooks.secrets import sealed
from apps.webhooks.selectors import living_secrets
from apps.webhooks.services.endpoints import held, owner_of
from apps.webhooks.signing import new_secret, shown

MOST_LIVING_SECRETS = 3


@transaction.atomic
def rotate_secret(*, endpoint_id: UUID, grace: timedelta) -> str:
    """Give an endpoint a new secret, and return it as ``whsec_…``.

    All former ones sign beside it until the grace is over; without a grace none does any more.
    Raises NotFound, and TooManySecrets where three live already. Announces EndpointSecretRotated.
    """
    endpoint = held(endpoint_id)
    former_until = now() + grace
    living = living_secrets([endpoint.id])
    if grace and living.count() >= MOST_LIVING_SECRETS:
        raise TooManySecrets(
            f"{MOST_LIVING_SECRETS} secrets are alive; wait until one has expired, or rotate "
            "without a grace, which ends all former ones at once."
        )
    # Never later than was said before.
    living.filter(Q(expires_at=None) | Q(expires_at__gt=former_until)).update(
        expires_at=former_until
    )
    secret = new_secret()
    sealed(endpoint, secret).save()
    announce(
        EndpointSecretRotated(
            audience=owner_of(endpoint), endpoint_id=endpoint_id, former_until=former_until
        )
    )
    return shown(secret)


def purge_expired_secrets() -> int:
    """Delete the secrets that sign no more, and return how many those were."""
    deleted, _ = EndpointSecret.objects.filter(expires_at__lte=now()).delete()
    return deleted
