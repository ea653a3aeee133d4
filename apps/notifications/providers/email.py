"""E-mail, through whichever backend Django's settings name; sent by a thread, since it blocks."""

import asyncio
import smtplib

from django.conf import settings
from django.core.mail import EmailMessage

from apps.notifications.providers.replies import Asked, unanswered
from apps.notifications.types import Channel, Outcome, Parcel, ProviderSettings, Reply


class EmailProvider:
    """Carries parcels to mailboxes, in plain text."""

    name = Channel.EMAIL.value

    async def send(self, parcel: Parcel, account: ProviderSettings | None) -> Reply:
        """Carry one parcel, once."""
        del account
        asked = Asked()
        message = _message(parcel)
        try:
            await asyncio.to_thread(message.send)
        except smtplib.SMTPAuthenticationError as error:
            return _refused(asked, error.smtp_code, error, Outcome.MISCONFIGURED)
        except smtplib.SMTPRecipientsRefused as error:
            status = max((code for code, _ in error.recipients.values()), default=550)
            return _refused(asked, status, error, _by_status(status))
        except smtplib.SMTPResponseException as error:
            return _refused(asked, error.smtp_code, error, _by_status(error.smtp_code))
        except (OSError, smtplib.SMTPException) as error:
            return unanswered(asked, code=type(error).__name__, reason=str(error))
        except ValueError as error:
            # A line break in the subject, or an address that is none.
            return unanswered(
                asked, code="unusable_message", reason=str(error), outcome=Outcome.FAILED
            )
        return Reply(
            outcome=Outcome.ACCEPTED,
            started_at=asked.at,
            duration_ms=asked.elapsed_ms(),
            provider_id=message.extra_headers["Message-ID"],
        )

    async def close(self) -> None:
        """Nothing is open between two messages."""


def _message(parcel: Parcel) -> EmailMessage:
    content = parcel.content
    domain = settings.DEFAULT_FROM_EMAIL.rpartition("@")[2].rstrip(">")
    return EmailMessage(
        subject=content.title,
        body="\n\n".join(part for part in (content.body, content.url) if part),
        to=[parcel.email],
        # The same for every attempt, so that a mailbox knows the second as the first.
        headers={"Message-ID": f"<{parcel.reference}@{domain}>"},
    )


def _by_status(status: int) -> Outcome:
    """Return what SMTP's reply means (RFC 5321 section 4.2.1): 4yz passes, 5yz stays."""
    return Outcome.FAILED if status >= 500 else Outcome.RETRY


def _refused(asked: Asked, status: int, error: Exception, outcome: Outcome) -> Reply:
    return Reply(
        outcome=outcome,
        started_at=asked.at,
        duration_ms=asked.elapsed_ms(),
        status=status,
        code=type(error).__name__,
        reason=str(error)[:300],
    )
