"""What accounts plugs into others: who may hear of a user, and what is encrypted."""

from collections.abc import Collection
from uuid import UUID

from apps.accounts.models import RefreshToken
from apps.accounts.overview import measured_sign_ins, sign_ins_reading
from apps.accounts.person import SECTIONS
from apps.accounts.second_factors import CONTEXT, sealed_secrets
from apps.accounts.selectors import active_users_among
from apps.accounts.services.sessions import place_of_successor
from apps.console.ports import Chart, Source, charts, person_sections, sources
from apps.console.types import Kind
from apps.events.ports import audiences
from apps.keyring.ports import EncryptedColumn, encrypted_columns
from apps.keyring.types import Purpose


class UserAudience:
    """A user hears what is addressed to them; nobody else does."""

    name = "user"

    def listeners(self, scope_id: UUID, user_ids: Collection[int]) -> Collection[int]:
        """Return the one user behind the scope, if among those given and active."""
        return active_users_among(public_id=scope_id, user_ids=user_ids)


audiences.register(UserAudience())
encrypted_columns.register(
    EncryptedColumn(
        name="accounts.refreshtoken.sealed_successor",
        purpose=Purpose.FIELD_ENCRYPTION,
        rows=RefreshToken.objects.all,
        field="sealed_successor",
        is_binary=True,
        context=place_of_successor,
    )
)
encrypted_columns.register(
    EncryptedColumn(
        name="mfa.authenticator.data",
        purpose=Purpose.FIELD_ENCRYPTION,
        rows=sealed_secrets,
        field="sealed",
        context=lambda _: CONTEXT,
    )
)
sources.register(Source(name="sign_ins", measure=measured_sign_ins))
charts.register(
    Chart(
        name="sign_ins",
        title="Sign-ins",
        about="Sessions that began and accounts that were made, per step of the time shown.",
        kind=Kind.LINE,
        unit="in each step",
        place=50,
        read=sign_ins_reading,
    )
)
for section in SECTIONS:
    person_sections.register(section)
