"""What notifications plugs into others, and into itself: what it has to say of accounts."""

from collections.abc import Callable

from apps.console.ports import Chart, Source, charts, person_sections, sources
from apps.console.types import Kind
from apps.events.ports import consumers
from apps.keyring.ports import EncryptedColumn, encrypted_columns
from apps.keyring.types import Purpose
from apps.notifications import account_security, metrics
from apps.notifications.backlog import backlog
from apps.notifications.consumer import NotificationConsumer
from apps.notifications.models import ProviderAccount
from apps.notifications.overview import measured_attempts, notifications_reading
from apps.notifications.person import SECTION
from apps.notifications.ports import categories, providers, rules, segments, templates
from apps.notifications.providers.apns import ApnsProvider
from apps.notifications.providers.email import EmailProvider
from apps.notifications.providers.fcm import FcmProvider
from apps.notifications.providers.web_push import WebPushProvider
from apps.notifications.secrets import SealedField, place_of
from apps.notifications.segments import PEOPLE
from apps.notifications.sign_out_consumer import SignOutConsumer
from apps.observability.ports import ScrapedGauges, scraped_gauges

categories.register(account_security.CATEGORY)
for template in account_security.TEMPLATES:
    templates.register(template)
for rule in account_security.RULES:
    rules.register(rule)
for provider in (ApnsProvider(), EmailProvider(), FcmProvider(), WebPushProvider()):
    providers.register(provider)
segments.register(PEOPLE)
consumers.register(NotificationConsumer())
consumers.register(SignOutConsumer())
scraped_gauges.register(ScrapedGauges("notifications", lambda: metrics.of_backlog(backlog())))


def _place_in(field: SealedField) -> Callable[[ProviderAccount], bytes]:
    return lambda account: place_of(account, field)


_SEALED: tuple[SealedField, ...] = ("sealed_secret", "sealed_token")
for _field in _SEALED:
    encrypted_columns.register(
        EncryptedColumn(
            name=f"notifications.provideraccount.{_field}",
            purpose=Purpose.PUSH_CREDENTIAL,
            rows=ProviderAccount.objects.all,
            field=_field,
            context=_place_in(_field),
        )
    )
sources.register(Source(name="notifications", measure=measured_attempts))
charts.register(
    Chart(
        name="notifications",
        title="Notifications",
        about="Attempts per minute by what came of them, and what waits to be sent now.",
        kind=Kind.BAR,
        unit="per minute",
        place=35,
        read=notifications_reading,
    )
)
person_sections.register(SECTION)
