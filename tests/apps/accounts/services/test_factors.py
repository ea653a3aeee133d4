"""What is announced of factors, for whom."""

from apps.accounts import services
from apps.accounts.models import User
from apps.accounts.types import FactorKind
from apps.events.models import LogEntry


def test_every_change_is_announced_to_its_owner(owner: User) -> None:
    services.record_added_factor(user_id=owner.pk, kind=FactorKind.PASSKEY)
    services.record_removed_factor(user_id=owner.pk, kind=FactorKind.TOTP)
    services.record_renamed_passkey(user_id=owner.pk)
    services.record_generated_codes(user_id=owner.pk)
    services.record_used_code(user_id=owner.pk, left=3)
    services.record_refused_passkey(user_id=owner.pk)

    entries = LogEntry.objects.filter(payload__user_id=str(owner.public_id)).order_by("position")
    assert [entry.topic for entry in entries] == [
        "accounts.factor.added",
        "accounts.factor.removed",
        "accounts.passkey.renamed",
        "accounts.recovery_codes.generated",
        "accounts.recovery_code.used",
        "accounts.passkey.refused",
    ]
    assert {tuple(entry.audience) for entry in entries} == {(f"user:{owner.public_id}",)}
