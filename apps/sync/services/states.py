"""Knowing the device that syncs: what it says of itself is kept where it differs."""

from uuid import UUID

from apps.kernel import clock
from apps.kernel.direct import Direct, in_text
from apps.kernel.ids import new_id
from apps.sync.checkpoints import number_of
from apps.sync.types import Caller, KeptCheckpoint

# A measured offset trembles by the time a message takes; smaller differences are not written.
OFFSET_TOLERANCE_MS = 250
# A clock that is further off than a century is no clock.
_MOST_OFFSET_MS = 100 * 366 * 86_400_000
_MOST_PENDING = 2**31 - 1

# $1 user, $2 installation, $3 public id and $4 time of a new row, $5 schema, $6 app, $7 pending,
# $8 offset, $9 the number of the checkpoint that it comes with; the last three are null where the
# client does not say them. Numbers of checkpoints begin at the seconds since 1970: those of a
# device that was forgotten (`retention`) do not come again, unless it pulls more often than that.
_KNOW = Direct(f"""
WITH known AS (
    SELECT id, schema_version, app_version, pending_operations, clock_offset_ms
    FROM sync_syncstate WHERE user_id = $1::bigint AND installation_id = $2::text
), changed AS (
    UPDATE sync_syncstate SET schema_version = $5::int, app_version = $6::text,
        pending_operations = coalesce($7::int, known.pending_operations),
        clock_offset_ms = coalesce($8::bigint, known.clock_offset_ms), updated_at = $4::timestamptz
    FROM known WHERE sync_syncstate.id = known.id AND (
        known.schema_version <> $5::int OR known.app_version <> $6::text
        OR known.pending_operations <> $7::int
        OR abs(known.clock_offset_ms - $8::bigint) > {OFFSET_TOLERANCE_MS}
    )
), made AS (
    INSERT INTO sync_syncstate (
        public_id, created_at, updated_at, user_id, installation_id, checkpoint_number,
        schema_version, app_version, pending_operations, clock_offset_ms, replaced_because
    )
    SELECT $3::uuid, $4::timestamptz, $4::timestamptz, $1::bigint, $2::text,
        extract(epoch FROM $4::timestamptz)::bigint,
        $5::int, $6::text, coalesce($7::int, 0), coalesce($8::bigint, 0), ''
    WHERE NOT EXISTS (SELECT FROM known)
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT here.id, kept.number, kept.base, kept.snapshot, kept.epoch, kept.position::text,
    kept.made_at, kept.schema_version, kept.table_names
FROM (SELECT id FROM known UNION ALL SELECT id FROM made) AS here
LEFT JOIN sync_checkpoint AS kept ON kept.state_id = here.id AND kept.number = $9::bigint
""")  # noqa: S608  a constant


def known_state(
    *,
    user_id: int,
    user_public_id: UUID,
    installation_id: str,
    schema_version: int = 1,
    app_version: str = "",
    pending_operations: int | None = None,
    client_now_ms: int | None = None,
    checkpoint: int | None = None,
) -> Caller:
    """Return who syncs, after making or correcting what is known of the device.

    ``client_now_ms`` is the device's clock in milliseconds since 1970; what it lacks to ours is
    kept, half a trip off (Cristian's algorithm). None leaves what the device last said. The
    ``checkpoint`` that it comes with is looked up in the same statement. Raises CheckpointInvalid
    for one that was never given to the device; then nothing is written.
    """
    number = None if checkpoint is None else number_of(user_id, installation_id, checkpoint)
    moment = clock.now()
    offset = None
    if client_now_ms is not None:
        offset = round(moment.timestamp() * 1000) - client_now_ms
        offset = max(-_MOST_OFFSET_MS, min(_MOST_OFFSET_MS, offset))
    pending = None if pending_operations is None else min(pending_operations, _MOST_PENDING)
    values = (
        *(user_id, installation_id, new_id(), moment, schema_version, app_version),
        *(pending, offset, number),
    )
    texts = [in_text(value) for value in values]
    # Whoever else made the row at this very moment is seen by another statement.
    found = _KNOW.first(texts) or _KNOW.first(texts)
    assert found is not None, "A device that is not known is made."
    state_id, *kept = found
    return Caller(
        user_id=user_id,
        user_public_id=user_public_id,
        state_id=state_id,
        installation_id=installation_id,
        kept=KeptCheckpoint(*kept) if kept[0] is not None else None,
    )
