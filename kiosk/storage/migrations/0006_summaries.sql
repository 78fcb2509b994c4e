-- The versions of the official summary: rows of their own that entries of kind `summary` name by the same id. As
-- append-only as the entries are; every save is a new row that says which one it was written on top of.

CREATE TABLE summaries (
    position    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE CHECK (length(id) = 36),       -- of the entry that names it
    event       TEXT NOT NULL,
    begun_by    TEXT NOT NULL,                                       -- the closing after which its period began, or ''
    replaces    TEXT UNIQUE REFERENCES summaries (id),               -- once: two versions on top of one are no order
    content     TEXT NOT NULL CHECK (json_valid(content)),           -- words and the numbers as they stood
    digest      TEXT NOT NULL CHECK (length(digest) = 64)            -- SHA-256 of the content
) STRICT;

CREATE TRIGGER summaries_are_not_updated BEFORE UPDATE ON summaries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER summaries_are_not_deleted BEFORE DELETE ON summaries
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER summaries_are_not_replaced BEFORE INSERT ON summaries
WHEN EXISTS (SELECT 1 FROM summaries WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM summaries WHERE replaces = NEW.replaces)
  OR EXISTS (SELECT 1 FROM summaries WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
