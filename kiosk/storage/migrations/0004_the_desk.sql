-- The rare kinds, with those of the staff's desk: the clock as staff set it, notes, and the ends of days and events.
DROP INDEX entries_rare;
CREATE INDEX entries_rare ON entries (kind, event)
    WHERE kind IN ('display', 'pack', 'sign_off', 'shift', 'shift_end', 'anchor', 'note', 'day_closed', 'event_closed');
