"""Quotas: room is reserved before bytes are taken, and released when they are gone."""

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.db.models.functions import Greatest

from apps.accounts.selectors import users_by_ids
from apps.files.errors import QuotaExceeded
from apps.files.models import Usage
from apps.kernel.errors import Invalid

# A file that was refused or quarantined takes no room of its owner's; nor does an upload any more
# once it is a file, or its parts are another one's. One statement, so that what moves between them
# is counted once.
_TAKEN = """
SELECT coalesce((
    SELECT sum(size_bytes) FROM files_file
    WHERE owner_id = usage.user_id AND state NOT IN ('refused', 'infected')
), 0) + coalesce((
    SELECT sum(coalesce(length_bytes, offset_bytes)) FROM files_upload
    WHERE owner_id = usage.user_id AND state = 'receiving'
), 0) + coalesce((
    SELECT sum(part.size_bytes) FROM files_uploadpart part
    JOIN files_upload upload ON upload.id = part.upload_id
    WHERE upload.owner_id = usage.user_id AND upload.state = 'complete'
    AND upload.concatenation = 'partial'
), 0)
"""


@transaction.atomic
def reserve(user_id: int, size_bytes: int) -> None:
    """Take room for so many bytes of a user, in the caller's transaction.

    The user's row stays locked until that ends, so whoever reserves at the same time waits, and
    no two of them get the same room. Raises QuotaExceeded.
    """
    usage = _held(user_id)
    room = limit_of(usage)
    if usage.used_bytes + size_bytes > room:
        raise QuotaExceeded(
            f"{usage.used_bytes} of {room} bytes are taken; {size_bytes} more do not fit."
        )
    usage.used_bytes += size_bytes
    usage.save(update_fields=["used_bytes", "updated_at"])


def release(user_id: int, size_bytes: int) -> None:
    """Give room back, in the caller's transaction."""
    left = Greatest(F("used_bytes") - size_bytes, 0)
    Usage.objects.filter(user_id=user_id).update(used_bytes=left)


def limit_of(usage: Usage) -> int:
    """Return how many bytes somebody may take: by the tier set here, else by their account's."""
    tiers: dict[str, int] = settings.FILES_TIERS
    return tiers[tier_of(usage)]


def tier_of(usage: Usage) -> str:
    """Return the tier that counts for somebody's files."""
    tier = usage.tier or users_by_ids([usage.user_id])[usage.user_id].tier
    return tier if tier in settings.FILES_TIERS else next(iter(settings.FILES_TIERS))


@transaction.atomic
def change_tier(user_id: int, *, tier: str) -> None:
    """Let another tier count for a user's files; "" for that of their account. For operators.

    Files stay where that is less than they take; new ones do not fit. Raises Invalid.
    """
    if tier and tier not in settings.FILES_TIERS:
        raise Invalid.naming(("tier", f"There are: {', '.join(settings.FILES_TIERS)}."))
    usage = _held(user_id)
    usage.tier = tier
    usage.save(update_fields=["tier", "updated_at"])


@transaction.atomic
def reconcile(user_id: int) -> int:
    """Let a user's usage be what their files and open uploads take; return by how much it was off.

    Whoever changes it meanwhile waits, so nothing of theirs is lost.
    """
    usage = _held(user_id)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT ({_TAKEN}) FROM files_usage usage WHERE user_id = %s",  # noqa: S608  a constant
            [user_id],
        )
        taken = int(cursor.fetchone()[0])
    off = usage.used_bytes - taken
    if off:
        usage.used_bytes = taken
        usage.save(update_fields=["used_bytes", "updated_at"])
    return off


def users_off() -> list[int]:
    """Return whose usage is not what their files and uploads take, or was not a moment ago."""
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT user_id FROM files_usage usage WHERE used_bytes <> ({_TAKEN})"  # noqa: S608  a constant
        )
        return [user_id for (user_id,) in cursor.fetchall()]


def _held(user_id: int) -> Usage:
    """Return a user's row, which the caller's transaction holds now."""
    held = Usage.objects.select_for_update(no_key=True).filter(user_id=user_id)
    usage = held.first()
    if usage is None:
        Usage.objects.bulk_create([Usage(user_id=user_id)], ignore_conflicts=True)
        usage = held.get()
    return usage
