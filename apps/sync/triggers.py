"""What the triggers of synced tables call; made by the first migration of sync."""

CREATE_FUNCTIONS = """
CREATE FUNCTION sync_bury() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO sync_tombstone (table_name, record_id, scope, xid, state_id, has_moved, buried_at)
    VALUES (
        TG_TABLE_NAME, OLD.sync_id, OLD.sync_scope, pg_current_xact_id(),
        nullif(current_setting('mainstay.sync_state', true), '')::bigint, false, clock_timestamp()
    );
    RETURN NULL;
END
$$;

CREATE FUNCTION sync_grant(
    source text, source_id bigint, user_id bigint, scope text
) RETURNS void LANGUAGE sql AS $$
    INSERT INTO sync_grant (user_id, scope, source, source_id, granted_xid, xid)
    VALUES ($3, $4, $1, $2, pg_current_xact_id(), pg_current_xact_id())
$$;

CREATE FUNCTION sync_revoke(source text, source_id bigint) RETURNS void LANGUAGE sql AS $$
    UPDATE sync_grant SET revoked_at = clock_timestamp(), xid = pg_current_xact_id()
    WHERE sync_grant.source = $1 AND sync_grant.source_id = $2 AND revoked_at IS NULL
$$;

INSERT INTO sync_epoch (counter, cluster, began_at)
SELECT 1, system_identifier, now() FROM pg_control_system();
"""

DROP_FUNCTIONS = """
DROP FUNCTION sync_bury();
DROP FUNCTION sync_grant(text, bigint, bigint, text);
DROP FUNCTION sync_revoke(text, bigint);
"""
