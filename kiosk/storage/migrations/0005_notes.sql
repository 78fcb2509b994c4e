-- What staff write down, with photos: rows of their own that entries of kind `note` name by the same id. As append-only
-- as the entries are; a corrected note is a new one that replaces the earlier one.

CREATE TABLE notes (
    position    INTEGER PRIMARY KEY,
    id          TEXT NOT NULL UNIQUE CHECK (length(id) = 36),       -- of the entry that names it
    replaces    TEXT UNIQUE REFERENCES notes (id),                   -- once: two corrections of one note are no order
    content     TEXT NOT NULL CHECK (json_valid(content)),
    digest      TEXT NOT NULL CHECK (length(digest) = 64)            -- SHA-256 of the content
) STRICT;

-- Each once, however many notes show it.
CREATE TABLE note_photos (
    position    INTEGER PRIMARY KEY,
    digest      TEXT NOT NULL UNIQUE CHECK (length(digest) = 64),    -- SHA-256 of `jpeg`
    note        TEXT NOT NULL REFERENCES notes (id),                 -- the first that showed it
    jpeg        BLOB NOT NULL CHECK (length(jpeg) BETWEEN 1 AND 1000000),
    small       BLOB NOT NULL CHECK (length(small) BETWEEN 1 AND 100000)
) STRICT;

CREATE TRIGGER notes_are_not_updated BEFORE UPDATE ON notes
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER notes_are_not_deleted BEFORE DELETE ON notes
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER notes_are_not_replaced BEFORE INSERT ON notes
WHEN EXISTS (SELECT 1 FROM notes WHERE id = NEW.id)
  OR EXISTS (SELECT 1 FROM notes WHERE replaces = NEW.replaces)
  OR EXISTS (SELECT 1 FROM notes WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER note_photos_are_not_updated BEFORE UPDATE ON note_photos
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER note_photos_are_not_deleted BEFORE DELETE ON note_photos
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;

CREATE TRIGGER note_photos_are_not_replaced BEFORE INSERT ON note_photos
WHEN EXISTS (SELECT 1 FROM note_photos WHERE digest = NEW.digest)
  OR EXISTS (SELECT 1 FROM note_photos WHERE position = NEW.position)
BEGIN SELECT RAISE(ABORT, 'the log is append-only'); END;
