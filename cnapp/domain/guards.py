"""What the database itself refuses, on both engines: triggers and exclusions, their names and their SQL.

CHECKs, unique and foreign keys stand with their tables. Whatever writes (a script, an import, a second
process) meets these. Names are what an IntegrityError carries, and lead to a Refusal.
"""

from __future__ import annotations

from sqlalchemy import Connection, TextClause, text

from cnapp.domain import workshop_guards
from cnapp.domain.commitments import LONGEST_HOURS as LONGEST_COMMITMENT
from cnapp.domain.guard_sql import Guard, function, raise_if, refuse_when, sqlite_trigger, trigger
from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES
from cnapp.domain.presences import LONGEST_HOURS as LONGEST_PRESENCE

_OVERLAPPING = f"""EXISTS (
    SELECT 1 FROM commitments c
    WHERE c.conseiller_id = NEW.conseiller_id AND c.id <> NEW.id
      AND c.starts_at < NEW.ends_at AND c.starts_at > NEW.starts_at - {LONGEST_COMMITMENT * 3600}
      AND c.ends_at > NEW.starts_at)"""

_OUTSIDE_PRESENCE = """NEW.presence_id IS NOT NULL AND NOT EXISTS (
    SELECT 1 FROM presences p
    WHERE p.id = NEW.presence_id AND p.withdrawn_at IS NULL
      AND p.starts_at <= NEW.starts_at AND p.ends_at >= NEW.ends_at)"""

_UNCOVERED = """EXISTS (
    SELECT 1 FROM commitments c
    WHERE c.presence_id = NEW.id
      AND (NEW.withdrawn_at IS NOT NULL OR c.starts_at < NEW.starts_at OR c.ends_at > NEW.ends_at))"""

_AT_TWO_PLACES = f"""NEW.withdrawn_at IS NULL AND EXISTS (
    SELECT 1 FROM presences p
    WHERE p.conseiller_id = NEW.conseiller_id AND p.id <> NEW.id AND p.withdrawn_at IS NULL
      AND p.starts_at < NEW.ends_at AND p.starts_at > NEW.starts_at - {LONGEST_PRESENCE * 3600}
      AND p.ends_at > NEW.starts_at)"""


def _travel_minutes(low: str, high: str) -> str:
    pair = f"from_place_id = {low}(a.place_id, b.place_id) AND to_place_id = {high}(a.place_id, b.place_id)"
    return f"COALESCE((SELECT minutes FROM travel WHERE {pair}), {DEFAULT_TRAVEL_MINUTES})"


def _neighbours_too_close(row: str, seconds: str, minutes: str) -> str:
    """Whether two presences that follow one another around the start of `row` leave too little time to travel.

    Read after the change: the last one that starts before it, it or what takes its place, and the next.
    """
    of_row = f"conseiller_id = {row}.conseiller_id AND withdrawn_at IS NULL"
    before = f"SELECT MAX(starts_at) FROM presences WHERE {of_row} AND starts_at < {row}.starts_at"
    of_a = "n.conseiller_id = a.conseiller_id AND n.withdrawn_at IS NULL"
    after_a = f"SELECT MIN(n.starts_at) FROM presences n WHERE {of_a} AND n.starts_at > a.starts_at"
    return f"""EXISTS (
    SELECT 1 FROM presences a JOIN presences b ON b.conseiller_id = a.conseiller_id AND b.withdrawn_at IS NULL
      AND b.starts_at = ({after_a})
    WHERE a.conseiller_id = {row}.conseiller_id AND a.withdrawn_at IS NULL
      AND a.starts_at IN (({before}), {row}.starts_at)
      AND a.place_id <> b.place_id AND {seconds} < 60 * {minutes})"""


def _too_close_sqlite(row: str) -> str:
    return _neighbours_too_close(row, "b.starts_at - a.ends_at", _travel_minutes("MIN", "MAX"))


_CLOSE_AFTER_CHANGE = refuse_when("presences_leave_time_to_travel", _too_close_sqlite("NEW"))
_CLOSE_AFTER_LEAVING = refuse_when("presences_leave_time_to_travel", _too_close_sqlite("OLD"))

SQLITE = (
    sqlite_trigger(
        "commitments_never_overlap_insert",
        "BEFORE INSERT ON commitments",
        refuse_when("commitments_never_overlap", _OVERLAPPING.replace("AND c.id <> NEW.id", "")),
    ),
    sqlite_trigger(
        "commitments_never_overlap_update",
        "BEFORE UPDATE OF id, conseiller_id, starts_at, ends_at ON commitments",
        refuse_when("commitments_never_overlap", _OVERLAPPING.replace("c.id <> NEW.id", "c.id <> OLD.id")),
    ),
    sqlite_trigger(
        "commitments_inside_presence_insert",
        "BEFORE INSERT ON commitments",
        refuse_when("commitments_inside_presence", _OUTSIDE_PRESENCE),
    ),
    sqlite_trigger(
        "commitments_inside_presence_update",
        "BEFORE UPDATE OF presence_id, conseiller_id, starts_at, ends_at, kind ON commitments",
        refuse_when("commitments_inside_presence", _OUTSIDE_PRESENCE),
    ),
    sqlite_trigger(
        "presences_cover_commitments_update",
        "BEFORE UPDATE OF id, starts_at, ends_at, withdrawn_at ON presences",
        refuse_when("presences_cover_commitments", _UNCOVERED),
    ),
    sqlite_trigger(
        "presences_never_overlap_insert",
        "BEFORE INSERT ON presences",
        refuse_when("presences_never_overlap", _AT_TWO_PLACES.replace("AND p.id <> NEW.id", "")),
    ),
    sqlite_trigger(
        "presences_never_overlap_update",
        "BEFORE UPDATE OF id, conseiller_id, starts_at, ends_at, withdrawn_at ON presences",
        refuse_when("presences_never_overlap", _AT_TWO_PLACES.replace("p.id <> NEW.id", "p.id <> OLD.id")),
    ),
    sqlite_trigger("presences_travel_insert", "AFTER INSERT ON presences", _CLOSE_AFTER_CHANGE),
    sqlite_trigger(
        "presences_travel_update",
        "AFTER UPDATE OF conseiller_id, place_id, starts_at, ends_at, withdrawn_at ON presences",
        _CLOSE_AFTER_CHANGE + _CLOSE_AFTER_LEAVING,
    ),
    sqlite_trigger("presences_travel_delete", "AFTER DELETE ON presences", _CLOSE_AFTER_LEAVING),
    *workshop_guards.SQLITE,
)


def _exclusion(name: str, table: str, where: str) -> Guard:
    return Guard(
        name,
        f"ALTER TABLE {table} ADD CONSTRAINT {name} EXCLUDE USING gist "
        f"(conseiller_id WITH =, tstzrange(starts_at, ends_at) WITH &&){where}",
        f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name}",
    )


_LOCK_CONSEILLERS = """
    IF TG_OP = 'UPDATE' AND OLD.conseiller_id <> NEW.conseiller_id THEN
        PERFORM 1 FROM staff WHERE id IN (OLD.conseiller_id, NEW.conseiller_id) ORDER BY id FOR NO KEY UPDATE;
    ELSIF TG_OP = 'DELETE' THEN
        PERFORM 1 FROM staff WHERE id = OLD.conseiller_id FOR NO KEY UPDATE;
        RETURN OLD;
    ELSE
        PERFORM 1 FROM staff WHERE id = NEW.conseiller_id FOR NO KEY UPDATE;
    END IF;
    RETURN NEW;"""

_GAP = "EXTRACT(EPOCH FROM b.starts_at - a.ends_at)"
_MINUTES = _travel_minutes("LEAST", "GREATEST")

POSTGRES = (
    _exclusion("commitments_never_overlap", "commitments", ""),
    _exclusion("presences_never_overlap", "presences", " WHERE (withdrawn_at IS NULL)"),
    function("lock_conseillers", _LOCK_CONSEILLERS),
    trigger(
        "commitments_a_lock",
        "commitments",
        "BEFORE INSERT OR UPDATE OF conseiller_id, presence_id, starts_at, ends_at",
        "lock_conseillers",
    ),
    trigger("presences_a_lock", "presences", "BEFORE INSERT OR UPDATE OR DELETE", "lock_conseillers"),
    function("refuse_outside_presence", raise_if("commitments_inside_presence", _OUTSIDE_PRESENCE) + " RETURN NEW;"),
    trigger(
        "commitments_inside_presence",
        "commitments",
        "BEFORE INSERT OR UPDATE OF presence_id, conseiller_id, starts_at, ends_at, kind",
        "refuse_outside_presence",
    ),
    function("refuse_uncovered", raise_if("presences_cover_commitments", _UNCOVERED) + " RETURN NEW;"),
    trigger(
        "presences_cover_commitments",
        "presences",
        "BEFORE UPDATE OF id, starts_at, ends_at, withdrawn_at",
        "refuse_uncovered",
    ),
    function(
        "refuse_close_after_change",
        raise_if("presences_leave_time_to_travel", _neighbours_too_close("NEW", _GAP, _MINUTES)) + " RETURN NULL;",
    ),
    function(
        "refuse_close_after_leaving",
        raise_if("presences_leave_time_to_travel", _neighbours_too_close("OLD", _GAP, _MINUTES)) + " RETURN NULL;",
    ),
    trigger(
        "presences_travel_change",
        "presences",
        "AFTER INSERT OR UPDATE OF conseiller_id, place_id, starts_at, ends_at, withdrawn_at",
        "refuse_close_after_change",
    ),
    trigger(
        "presences_travel_leaving",
        "presences",
        "AFTER DELETE OR UPDATE OF conseiller_id, place_id, starts_at, ends_at, withdrawn_at",
        "refuse_close_after_leaving",
    ),
    *workshop_guards.POSTGRES,
)

_PRESENT_SQLITE = text("SELECT name, sql FROM sqlite_master WHERE type = 'trigger'")
_PRESENT_POSTGRES = text(
    """SELECT conname AS name, pg_get_constraintdef(oid) AS sql FROM pg_constraint WHERE contype = 'x' AND convalidated
       UNION ALL SELECT tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal AND tgenabled = 'O'
       UNION ALL SELECT p.proname, p.prosrc FROM pg_proc p WHERE p.pronamespace = current_schema()::regnamespace
           AND p.prolang = (SELECT oid FROM pg_language WHERE lanname = 'plpgsql')"""
)


def guards(connection: Connection) -> tuple[Guard, ...]:
    """What this engine must hold."""
    return POSTGRES if connection.dialect.name == "postgresql" else SQLITE


def guards_present(connection: Connection) -> TextClause:
    """The query that lists what this engine holds: rows of (name, sql)."""
    return _PRESENT_POSTGRES if connection.dialect.name == "postgresql" else _PRESENT_SQLITE


def is_sound(guard: Guard, found: dict[str, str]) -> bool:
    """Whether a guard is there and says what it should; on PostgreSQL triggers are judged by their presence."""
    there = found.get(guard.name)
    if there is None:
        return False
    if guard.create.startswith("CREATE TRIGGER") and "EXECUTE FUNCTION" not in guard.create:
        return " ".join(there.split()) == " ".join(guard.create.split())
    if guard.create.startswith("CREATE OR REPLACE FUNCTION"):
        return " ".join(there.split()) in " ".join(guard.create.split())
    return True
