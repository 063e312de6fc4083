"""The guards of workshops: seats and devices counted, kits promised once, on both engines (see guards.py)."""

from __future__ import annotations

from cnapp.domain.guard_sql import Guard, function, raise_if, refuse_when, sqlite_trigger, trigger
from cnapp.domain.places import DEFAULT_TRAVEL_MINUTES

_BY_HAND_SQLITE = """NEW.taken <> (SELECT COUNT(*) FROM seats WHERE workshop_id = NEW.id)
    OR NEW.borrowed <> (SELECT COUNT(*) FROM seats WHERE workshop_id = NEW.id AND borrows)"""
_BY_HAND_POSTGRES = "pg_trigger_depth() < 2 AND (NEW.taken <> OLD.taken OR NEW.borrowed <> OLD.borrowed)"
"""There the rows of one statement are counted one after the other once all of them stand."""


def _count(row: str, sign: str, lent: str) -> str:
    counted = f"taken = taken {sign} 1, borrowed = borrowed {sign} {row}.{lent}"
    return f"UPDATE workshops SET {counted} WHERE id = {row}.workshop_id;"


def _count_lent(lent: str) -> str:
    return f"UPDATE workshops SET borrowed = borrowed - OLD.{lent} + NEW.{lent} WHERE id = NEW.workshop_id;"


def _bring(workshops: str) -> str:
    """What can be lent is what the kits bring to the session with the fewest devices."""
    here = "SELECT SUM(k.computers + k.tablets) FROM loans l JOIN kits k ON k.id = l.kit_id WHERE l.session_id = s.id"
    each = f"SELECT COALESCE(({here}), 0) AS devices FROM workshop_sessions s WHERE s.workshop_id = workshops.id"
    fewest = f"COALESCE((SELECT MIN(devices) FROM ({each}) AS each_session), 0)"
    return f"UPDATE workshops SET lendable = {fewest} WHERE {workshops};"


_OF_KIT = "id IN (SELECT workshop_id FROM loans WHERE kit_id = NEW.id)"


def _kit_elsewhere(seconds: str, low: str, high: str) -> str:
    """Whether the kit is promised to another session at that time, or too near it to travel; `seconds(a, b)`."""
    pair = f"from_place_id = {low}(o.place_id, NEW.place_id) AND to_place_id = {high}(o.place_id, NEW.place_id)"
    minutes = f"COALESCE((SELECT minutes FROM travel WHERE {pair}), {DEFAULT_TRAVEL_MINUTES})"
    gap = f"(CASE WHEN o.place_id = NEW.place_id THEN 0 ELSE 60 * {minutes} END)"
    after = seconds.format(later="o.starts_at", earlier="NEW.ends_at")
    before = seconds.format(later="NEW.starts_at", earlier="o.ends_at")
    return f"""EXISTS (
    SELECT 1 FROM loans o WHERE o.kit_id = NEW.kit_id AND o.id <> COALESCE(NEW.id, -1)
      AND {after} < {gap} AND {before} < {gap})"""


_ELSEWHERE_SQLITE = _kit_elsewhere("{later} - {earlier}", "MIN", "MAX")
_ELSEWHERE_POSTGRES = _kit_elsewhere("EXTRACT(EPOCH FROM {later} - {earlier})", "LEAST", "GREATEST")
_MOVED = "OF kit_id, place_id, starts_at, ends_at"

SQLITE: tuple[Guard, ...] = (
    sqlite_trigger("seats_are_counted_insert", "AFTER INSERT ON seats", _count("NEW", "+", "borrows")),
    sqlite_trigger("seats_are_counted_delete", "AFTER DELETE ON seats", _count("OLD", "-", "borrows")),
    sqlite_trigger("seats_are_counted_update", "AFTER UPDATE OF borrows ON seats", _count_lent("borrows")),
    sqlite_trigger(
        "seats_stay_update",
        "BEFORE UPDATE OF workshop_id ON seats",
        refuse_when("workshops_count_their_seats", "NEW.workshop_id <> OLD.workshop_id"),
    ),
    sqlite_trigger(
        "workshops_count_their_seats_update",
        "AFTER UPDATE OF taken, borrowed ON workshops",
        refuse_when("workshops_count_their_seats", _BY_HAND_SQLITE),
    ),
    sqlite_trigger("loans_bring_devices_insert", "AFTER INSERT ON loans", _bring("id = NEW.workshop_id")),
    sqlite_trigger("loans_bring_devices_delete", "AFTER DELETE ON loans", _bring("id = OLD.workshop_id")),
    sqlite_trigger("kits_bring_devices_update", "AFTER UPDATE OF computers, tablets ON kits", _bring(_OF_KIT)),
    sqlite_trigger(
        "kits_promised_once_insert", "BEFORE INSERT ON loans", refuse_when("kits_promised_once", _ELSEWHERE_SQLITE)
    ),
    sqlite_trigger(
        "kits_promised_once_update",
        f"BEFORE UPDATE {_MOVED} ON loans",
        refuse_when("kits_promised_once", _ELSEWHERE_SQLITE),
    ),
)

POSTGRES: tuple[Guard, ...] = (
    function("count_seat", _count("NEW", "+", "borrows::int") + " RETURN NULL;"),
    function("count_seat_gone", _count("OLD", "-", "borrows::int") + " RETURN NULL;"),
    function("count_seat_lent", _count_lent("borrows::int") + " RETURN NULL;"),
    function(
        "refuse_seat_elsewhere",
        raise_if("workshops_count_their_seats", "NEW.workshop_id <> OLD.workshop_id") + " RETURN NEW;",
    ),
    function("refuse_counted_by_hand", raise_if("workshops_count_their_seats", _BY_HAND_POSTGRES) + " RETURN NEW;"),
    trigger("seats_are_counted_insert", "seats", "AFTER INSERT", "count_seat"),
    trigger("seats_are_counted_delete", "seats", "AFTER DELETE", "count_seat_gone"),
    trigger("seats_are_counted_update", "seats", "AFTER UPDATE OF borrows", "count_seat_lent"),
    trigger("seats_stay", "seats", "BEFORE UPDATE OF workshop_id", "refuse_seat_elsewhere"),
    trigger("workshops_count_their_seats", "workshops", "BEFORE UPDATE OF taken, borrowed", "refuse_counted_by_hand"),
    function("bring_devices", _bring("id = NEW.workshop_id") + " RETURN NULL;"),
    function("take_devices_away", _bring("id = OLD.workshop_id") + " RETURN NULL;"),
    function("recount_devices", _bring(_OF_KIT) + " RETURN NULL;"),
    trigger("loans_bring_devices_insert", "loans", "AFTER INSERT", "bring_devices"),
    trigger("loans_bring_devices_delete", "loans", "AFTER DELETE", "take_devices_away"),
    trigger("kits_bring_devices", "kits", "AFTER UPDATE OF computers, tablets", "recount_devices"),
    function(
        "refuse_kit_elsewhere",
        "PERFORM 1 FROM kits WHERE id = NEW.kit_id FOR NO KEY UPDATE; "
        + raise_if("kits_promised_once", _ELSEWHERE_POSTGRES)
        + " RETURN NEW;",
    ),
    trigger("kits_promised_once", "loans", f"BEFORE INSERT OR UPDATE {_MOVED}", "refuse_kit_elsewhere"),
)
