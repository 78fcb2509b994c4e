-- Finds the newest entry of a kind of which there are few among a million check-ins: what is on the display, which pack
-- was put in use, who signed it off. No other kind pays for it. `storage/log` names the same kinds, or the index is not
-- used. Its rows are in the order of arrival, since each ends with the row's position.
CREATE INDEX entries_rare ON entries (kind, event) WHERE kind IN ('display', 'pack', 'sign_off');
