"""Writing what stands behind the number that a client comes back with; few are kept."""

import json
from datetime import datetime
from typing import Any

from apps.kernel.direct import Direct, in_text
from apps.kernel.errors import Unavailable
from apps.sync.checkpoints import token_of
from apps.sync.places import Place
from apps.sync.services.locking import FORGOTTEN
from apps.sync.types import Caller

KEPT = 5

# The one that the client came with stays beside the newest: answers may be lost many times. $10 is
# why the client is given the full set, on the first page of it.
_KEEP = Direct(f"""
WITH numbered AS (
    UPDATE sync_syncstate SET checkpoint_number = checkpoint_number + 1,
        last_pull_at = $9::timestamptz, updated_at = $9::timestamptz,
        replaced_at = CASE WHEN $10::text = '' THEN replaced_at ELSE $9::timestamptz END,
        replaced_because = CASE WHEN $10::text = '' THEN replaced_because ELSE $10::text END
    WHERE id = $1::bigint RETURNING checkpoint_number
), dropped AS (
    DELETE FROM sync_checkpoint
    WHERE state_id = $1::bigint AND table_names = $8::text AND number <> $2::bigint AND number < (
        SELECT number FROM sync_checkpoint WHERE state_id = $1::bigint AND table_names = $8::text
        ORDER BY number DESC OFFSET {KEPT - 2} LIMIT 1
    )
)
INSERT INTO sync_checkpoint (
    state_id, number, base, snapshot, epoch, position, schema_version, table_names, made_at
)
SELECT $1::bigint, checkpoint_number, $3::text, $4::text, $5::text, $6::jsonb, $7::int, $8::text,
    $9::timestamptz
FROM numbered RETURNING number
""")  # noqa: S608  a constant
_SEEN = Direct("""
UPDATE sync_syncstate SET last_pull_at = $2::timestamptz
WHERE id = $1::bigint AND last_pull_at < $2::timestamptz - interval '1 minute'
""")


def keep_checkpoint(
    caller: Caller,
    place: Place,
    *,
    snapshot: str,
    epoch: str,
    position: dict[str, Any],
    schema_version: int,
    moment: datetime,
) -> int:
    """Keep what a pull has come to, and return the integer that stands for it.

    Raises Unavailable where the device was forgotten meanwhile: asking again helps.
    """
    values = (
        *(caller.state_id, place.number, place.base if position else "", snapshot, epoch),
        *(json.dumps(position), schema_version, place.only, moment),
        "" if place.is_within_pages else place.because,
    )
    found = _KEEP.first([in_text(value) for value in values])
    if found is None:
        raise Unavailable(FORGOTTEN)
    return token_of(caller.user_id, caller.installation_id, found[0])


def note_pull(caller: Caller, moment: datetime) -> None:
    """Keep when a device was here last, to the minute, where nothing else is written."""
    _SEEN.run([in_text(caller.state_id), in_text(moment)])
