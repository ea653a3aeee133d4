"""The triggers of a synced table, as an operation for the migrations of its app.

Triggers, not services: what a service forgets, a cascade or an operator's SQL does is stamped as
well (R4 section 5). A row is stamped with the transaction that wrote it, not with a time, for
transactions commit in another order than they begin (R4 section 2).
"""

from collections.abc import Sequence
from string import Template

from django.db.migrations.operations import RunSQL
from typing_extensions import override

# What a push says of itself to the triggers, each for its transaction (`set_config(…, true)`).
STATE_SETTING = "mainstay.sync_state"
CLOCK_SETTING = "mainstay.sync_clock"
# Of rows that one statement writes for several edits: ",<public id>=<clock>,…"; the one clock is of
# all others.
CLOCKS_SETTING = "mainstay.sync_clocks"
AUTHOR_SETTING = "mainstay.sync_author"
# While it is "on", sync writes its own columns, and rows are not stamped.
MARKING_SETTING = "mainstay.sync_marking"
# The column that shows another table's value, while that is why rows are written.
BORROWED_SETTING = "mainstay.sync_borrowed"

_STAMP = Template("""
CREATE FUNCTION ${table}_sync_stamp() RETURNS trigger LANGUAGE plpgsql AS $$$$
DECLARE
    clock bigint;
    author jsonb;
    fields jsonb;
BEGIN
    IF current_setting('mainstay.sync_marking', true) = 'on' THEN
        RETURN NEW;
    END IF;
    clock := coalesce(
        nullif(split_part(split_part(
            current_setting('mainstay.sync_clocks', true), ',' || NEW.public_id || '=', 2
        ), ',', 1), '')::bigint,
        nullif(current_setting('mainstay.sync_clock', true), '')::bigint,
        (extract(epoch FROM clock_timestamp()) * 1000)::bigint << 16
    );
    author := coalesce(
        '[' || nullif(current_setting('mainstay.sync_author', true), '') || ']', '[]'
    )::jsonb;
    NEW.sync_xid := pg_current_xact_id();
    NEW.sync_state_id := nullif(current_setting('mainstay.sync_state', true), '')::bigint;
    NEW.sync_scope := coalesce($scope, '');
    -- A row that is older than the triggers has no id yet, and is as good as new.
    IF TG_OP = 'INSERT' OR OLD.sync_id = '' THEN
        NEW.sync_id := coalesce(nullif(NEW.sync_id, ''), NEW.public_id::text);
        NEW.sync_revision := 1;
        NEW.sync_fields := jsonb_build_object('', jsonb_build_array(1, clock) || author);
        RETURN NEW;
    END IF;
    NEW.sync_id := OLD.sync_id;
    NEW.sync_revision := OLD.sync_revision + 1;
    fields := OLD.sync_fields;
    $fields
    IF current_setting('mainstay.sync_borrowed', true) <> '' THEN
        -- No device has pushed it, for none has edited this row.
        fields := fields || jsonb_build_object(
            current_setting('mainstay.sync_borrowed', true),
            jsonb_build_array(NEW.sync_revision, clock)
        );
    END IF;
    NEW.sync_fields := fields;
    IF NEW.sync_scope <> OLD.sync_scope THEN
        INSERT INTO sync_tombstone (table_name, record_id, scope, xid, has_moved, buried_at)
        VALUES (
            TG_TABLE_NAME, OLD.sync_id, OLD.sync_scope, NEW.sync_xid, true, clock_timestamp()
        );
    END IF;
    RETURN NEW;
END
$$$$;
CREATE TRIGGER ${table}_sync_stamp BEFORE INSERT OR UPDATE ON $table
    FOR EACH ROW EXECUTE FUNCTION ${table}_sync_stamp();
CREATE INDEX ${table}_sync_index ON $table (sync_scope, sync_xid, id);
""")

_FIELD = Template("""
    IF NEW.$column IS DISTINCT FROM OLD.$column THEN
        fields := fields || jsonb_build_object(
            '$column', jsonb_build_array(NEW.sync_revision, clock) || author
        );
    END IF;""")

_BURY = Template("""
CREATE TRIGGER ${table}_sync_bury AFTER DELETE ON $table
    FOR EACH ROW EXECUTE FUNCTION sync_bury();
""")

# Children compute their scope from the parent, so they follow where it moves.
_FOLLOW = Template("""
CREATE FUNCTION ${parent}_sync_${table}_follows() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    UPDATE $table SET $reference = $reference WHERE $reference = NEW.id;
    RETURN NULL;
END
$$$$;
CREATE TRIGGER ${parent}_sync_${table}_follows AFTER UPDATE ON $parent
    FOR EACH ROW WHEN (OLD.sync_scope <> NEW.sync_scope)
    EXECUTE FUNCTION ${parent}_sync_${table}_follows();
""")
_FOLLOW_NO_MORE = Template("""
DROP TRIGGER ${parent}_sync_${table}_follows ON $parent;
DROP FUNCTION ${parent}_sync_${table}_follows();
""")

# In the order of ids, as pushes hold rows.
_BORROWER = Template("""
    PERFORM set_config('mainstay.sync_borrowed', '$shown', true);
    UPDATE $table SET $reference = $reference FROM (
        SELECT id FROM $table WHERE $reference = NEW.id ORDER BY id FOR NO KEY UPDATE
    ) AS held WHERE $table.id = held.id;""")
_LEND = Template("""
CREATE FUNCTION $name() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    $borrowers
    PERFORM set_config('mainstay.sync_borrowed', '', true);
    RETURN NULL;
END
$$$$;
CREATE TRIGGER $name AFTER UPDATE ON $lender
    FOR EACH ROW WHEN (OLD.$column IS DISTINCT FROM NEW.$column) EXECUTE FUNCTION $name();
""")
_LEND_NO_MORE = Template("""
DROP TRIGGER $name ON $lender;
DROP FUNCTION $name();
""")

_STAMP_NO_MORE = Template("""
DROP INDEX ${table}_sync_index;
DROP TRIGGER ${table}_sync_bury ON $table;
DROP TRIGGER ${table}_sync_stamp ON $table;
DROP FUNCTION ${table}_sync_stamp();
""")

_GRANT = Template("""
CREATE FUNCTION ${table}_sync_grant() RETURNS trigger LANGUAGE plpgsql AS $$$$
BEGIN
    IF TG_OP <> 'DELETE' AND current_setting('mainstay.sync_marking', true) = 'on' THEN
        RETURN NULL;
    END IF;
    IF TG_OP = 'DELETE' THEN
        PERFORM sync_revoke(TG_TABLE_NAME, OLD.id);
    ELSIF TG_OP = 'INSERT' THEN
        PERFORM sync_grant(TG_TABLE_NAME, NEW.id, NEW.$user, $scope);
    ELSIF NOT EXISTS (
        SELECT FROM sync_grant
        WHERE source = TG_TABLE_NAME AND source_id = NEW.id AND revoked_at IS NULL
            AND user_id = NEW.$user AND scope = $scope
    ) THEN
        PERFORM sync_revoke(TG_TABLE_NAME, OLD.id);
        PERFORM sync_grant(TG_TABLE_NAME, NEW.id, NEW.$user, $scope);
    END IF;
    RETURN NULL;
END
$$$$;
CREATE TRIGGER ${table}_sync_grant AFTER INSERT OR UPDATE OR DELETE ON $table
    FOR EACH ROW EXECUTE FUNCTION ${table}_sync_grant();
INSERT INTO sync_grant (user_id, scope, source, source_id, granted_xid, xid)
SELECT NEW.$user, $scope, '$table', NEW.id, pg_current_xact_id(), pg_current_xact_id()
FROM $table AS NEW;
""")
_GRANT_NO_MORE = Template("""
DROP TRIGGER ${table}_sync_grant ON $table;
DROP FUNCTION ${table}_sync_grant();
""")


class StampRows(RunSQL):
    """Stamp each write to a table, and bury what is deleted; stamps what is there already.

    ``scope`` is SQL over the row NEW that gives ``'<kind>:<public id>'``; ``fields`` the database
    columns that are compared field by field. ``parent`` and ``reference`` name the table that the
    scope is taken from and the column that points to it, where a row may move with its parent.
    """

    def __init__(
        self,
        table: str,
        *,
        scope: str,
        fields: Sequence[str],
        parent: str = "",
        reference: str = "",
    ) -> None:
        comparisons = "".join(_FIELD.substitute(column=column) for column in fields)
        words = {"table": table, "parent": parent, "reference": reference}
        forwards = _STAMP.substitute(words, scope=scope, fields=comparisons) + _BURY.substitute(
            words
        )
        backwards = _STAMP_NO_MORE.substitute(words)
        if parent:
            forwards += _FOLLOW.substitute(words)
            backwards = _FOLLOW_NO_MORE.substitute(words) + backwards
        # Fills the columns of rows that are older than the triggers.
        super().__init__(f"{forwards}\nUPDATE {table} SET id = id;", backwards)
        self._given = (
            table,
            {"scope": scope, "fields": fields, "parent": parent, "reference": reference},
        )

    @override
    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        table, words = self._given
        return type(self).__name__, [table], dict(words)


class StampBorrowers(RunSQL):
    """Stamp the rows that show a column of another table whenever it changes there.

    ``column`` is the database column of the table ``lender``. Each borrower is a synced table, its
    database column that points to the lender's id, and the name of the column on the wire; in
    ascending order of rank, so that rows are held as pushes hold them. All rows that show the value
    are written in the transaction that changes it.
    """

    def __init__(
        self, lender: str, *, column: str, borrowers: Sequence[tuple[str, str, str]]
    ) -> None:
        words = {
            "lender": lender,
            "column": column,
            "name": f"{borrowers[0][0]}_sync_{column}_lent",
        }
        stamped = "".join(
            _BORROWER.substitute(table=table, reference=reference, shown=shown)
            for table, reference, shown in borrowers
        )
        super().__init__(
            _LEND.substitute(words, borrowers=stamped), _LEND_NO_MORE.substitute(words)
        )
        self._given = (lender, {"column": column, "borrowers": borrowers})

    @override
    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        lender, words = self._given
        return type(self).__name__, [lender], dict(words)


class GrantScopes(RunSQL):
    """Let the rows of a table grant their users a scope, and take it back with the row.

    ``user`` is the database column of the user's internal id, ``scope`` SQL over the row NEW.
    """

    def __init__(self, table: str, *, user: str, scope: str) -> None:
        words = {"table": table, "user": user, "scope": scope}
        super().__init__(_GRANT.substitute(words), _GRANT_NO_MORE.substitute(words))
        self._given = (table, {"user": user, "scope": scope})

    @override
    def deconstruct(self) -> tuple[str, list[object], dict[str, object]]:
        table, words = self._given
        return type(self).__name__, [table], dict(words)
