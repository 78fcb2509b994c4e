-- The log: one append-only table of entries, a bounded table of what was refused beside it, and who this device is.
-- Once released this file never changes; a later need is a later number.

CREATE TABLE entries (
    position    INTEGER PRIMARY KEY,            -- local order of arrival; never exported
    id          TEXT NOT NULL UNIQUE CHECK (length(id) = 36),
    device      TEXT NOT NULL,
    seq         INTEGER NOT NULL CHECK (seq > 0),
    event       TEXT NOT NULL,
    stop        TEXT,
    station     TEXT,
    kind        TEXT NOT NULL,
    party_size  INTEGER NOT NULL CHECK (party_size BETWEEN 1 AND 200),
    answers     TEXT NOT NULL CHECK (json_valid(answers)),
    subject     TEXT,
    details     TEXT NOT NULL CHECK (json_valid(details)),
    voids       TEXT,
    actor       TEXT,
    reason      TEXT,
    pack        TEXT NOT NULL,
    source      TEXT NOT NULL,
    wall_ms     INTEGER NOT NULL,
    boot        TEXT NOT NULL,
    boottime_ms INTEGER NOT NULL,
    clock       TEXT NOT NULL CHECK (clock IN ('ntp', 'rtc', 'staff', 'restored', 'unknown')),
    digest      TEXT NOT NULL CHECK (length(digest) = 64),
    UNIQUE (device, seq),
    CHECK ((kind = 'void') = (voids IS NOT NULL))
) STRICT;

CREATE INDEX entries_wall ON entries (wall_ms);
CREATE INDEX entries_voids ON entries (voids) WHERE voids IS NOT NULL;

CREATE TRIGGER entries_are_not_updated BEFORE UPDATE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER entries_are_not_deleted BEFORE DELETE ON entries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

-- INSERT OR REPLACE deletes without firing the trigger above unless recursive triggers are on.
CREATE TRIGGER entries_are_not_replaced BEFORE INSERT ON entries
WHEN EXISTS (SELECT 1 FROM entries WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM entries WHERE device = NEW.device AND seq = NEW.seq)
  OR EXISTS (SELECT 1 FROM entries WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TABLE refusals (
    position    INTEGER PRIMARY KEY AUTOINCREMENT,
    what        TEXT NOT NULL,
    subject     TEXT,
    details     TEXT NOT NULL CHECK (json_valid(details)),
    source      TEXT NOT NULL,
    wall_ms     INTEGER NOT NULL,
    boot        TEXT NOT NULL,
    boottime_ms INTEGER NOT NULL,
    clock       TEXT NOT NULL
) STRICT;

-- A person can fill this table at will, so it forgets the oldest.
CREATE TRIGGER refusals_are_bounded AFTER INSERT ON refusals
BEGIN DELETE FROM refusals WHERE position <= NEW.position - 1000; END;

-- One row. `trials` is written to find out whether writing works.
CREATE TABLE device (
    id          TEXT NOT NULL,
    minted_ms   INTEGER NOT NULL,
    trials      INTEGER NOT NULL DEFAULT 0
) STRICT;
