"""Looking after endpoints: warn of those that fail for a day, disable those that do for days.

What is owed is kept in the endpoint's row, so a run that was killed is made up for by the next.
"""

from datetime import timedelta
from smtplib import SMTPException, SMTPRecipientsRefused
from uuid import UUID

import structlog
from django.conf import settings
from django.core.mail import send_mail
from django.db import connection, transaction
from django.db.models import F, QuerySet

from apps.events.services import announce
from apps.kernel.clock import now
from apps.webhooks.events import EndpointFailing
from apps.webhooks.models import Endpoint
from apps.webhooks.notices import worded
from apps.webhooks.services.endpoints import disable, held, owner_of
from apps.webhooks.services.rotation import purge_expired_secrets
from apps.webhooks.types import DisabledBy, EndpointState, Notice

log = structlog.get_logger("webhooks")

WARN_AFTER = timedelta(days=1)
# A mail server that is down would hold the run up for each of thousands.
FAILED_MAILS_AT_MOST = 3
_ONE_AT_A_TIME = "SELECT pg_try_advisory_xact_lock(hashtext('webhooks.notices'))"


def look_after_endpoints() -> None:
    """Disable and warn, mail the owners, and purge secrets that have expired.

    Announces EndpointFailing once per time of failures, and EndpointDisabled.
    """
    purge_expired_secrets()
    for endpoint_id in _failing_for(timedelta(days=settings.WEBHOOKS_DISABLE_AFTER_DAYS)):
        _disable(endpoint_id)
    for endpoint_id in _failing_for(WARN_AFTER).filter(warned_at=None):
        _warn(endpoint_id)
    send_notices()


def send_notices() -> None:
    """Mail owners what they are owed, each once; what cannot be mailed is tried again later."""
    failed = 0
    owing = Endpoint.objects.exclude(owed_notice="").order_by("id")
    for endpoint_id in list(owing.values_list("id", flat=True)):
        try:
            _mail(endpoint_id)
        except (SMTPException, OSError) as error:
            log.warning("notice.unsent", error=type(error).__name__)
            failed += 1
        if failed >= FAILED_MAILS_AT_MOST:
            return


def _failing_for(length: timedelta) -> QuerySet[Endpoint, UUID]:
    """Return the enabled endpoints whose attempts all failed over that length of time.

    From the first to the last failure: one that is sent nothing does not fail.
    """
    return Endpoint.objects.filter(
        state=EndpointState.ENABLED, failing_since__lte=F("last_failed_at") - length
    ).values_list("public_id", flat=True)


@transaction.atomic
def _disable(endpoint_id: UUID) -> None:
    endpoint = held(endpoint_id)
    # It may have recovered in between.
    if endpoint.failing_since is not None:
        disable(endpoint, by=DisabledBy.FAILING)
        log.info("endpoint.disabled", endpoint_id=str(endpoint_id), by=DisabledBy.FAILING)


@transaction.atomic
def _warn(endpoint_id: UUID) -> None:
    endpoint = held(endpoint_id)
    if endpoint.failing_since is None or endpoint.warned_at is not None or not endpoint.is_enabled:
        return
    endpoint.warned_at, endpoint.owed_notice = now(), Notice.FAILING
    endpoint.save(update_fields=["warned_at", "owed_notice", "updated_at"])
    announce(
        EndpointFailing(
            audience=owner_of(endpoint),
            endpoint_id=endpoint_id,
            failing_since=endpoint.failing_since,
            consecutive_failures=endpoint.consecutive_failures,
        )
    )


@transaction.atomic
def _mail(endpoint_id: int) -> None:
    """Mail one notice.

    The row is not held meanwhile, which would keep workers from recording: one process at a time
    sends, and a notice is done with when its mail is on its way.
    """
    with connection.cursor() as cursor:
        cursor.execute(_ONE_AT_A_TIME)
        if cursor.fetchone() != (True,):
            return
    endpoint = Endpoint.objects.select_related("owner").filter(id=endpoint_id).first()
    if endpoint is None or not endpoint.owed_notice:
        return
    _send(endpoint)
    sent = Endpoint.objects.filter(id=endpoint_id, owed_notice=endpoint.owed_notice)
    sent.update(owed_notice="")


def _send(endpoint: Endpoint) -> None:
    owner = endpoint.owner
    if not owner.is_active or not owner.email:
        return
    subject, text = worded(endpoint, disable_after_days=settings.WEBHOOKS_DISABLE_AFTER_DAYS)
    try:
        send_mail(subject, text, None, [owner.email])
    except SMTPRecipientsRefused:
        # The address is no good, and would be no better in a minute.
        log.warning("notice.refused", endpoint_id=str(endpoint.public_id))
