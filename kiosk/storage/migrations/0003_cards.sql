-- Finds what happened to one card, and which cards there are, among a million other entries. A check-in has a card where
-- it was made by the first stamp on one.
CREATE INDEX entries_of_card ON entries (event, subject, kind, station)
    WHERE kind IN ('scan', 'souvenir', 'check_in') AND subject IS NOT NULL;

-- The rare kinds, with the shifts of volunteers' phones.
DROP INDEX entries_rare;
CREATE INDEX entries_rare ON entries (kind, event)
    WHERE kind IN ('display', 'pack', 'sign_off', 'shift', 'shift_end');

-- Finds what one volunteer's phone did.
CREATE INDEX entries_of_shift ON entries (event, details ->> '$.shift')
    WHERE kind IN ('scan', 'souvenir', 'tally', 'tally_less');
