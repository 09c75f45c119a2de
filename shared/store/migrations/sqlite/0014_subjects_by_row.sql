-- Subjects lie in the order in which they came, found by a slim index.
--
-- Without a rowid, SQLite keeps whole rows inside the tree that it searches: some ten to a page, inner pages too. Half
-- the time of a large import went into carrying them about. PostgreSQL never laid them out so; its twin is empty.
ALTER TABLE subjects RENAME TO subjects_before;

CREATE TABLE subjects (
    bucket      INTEGER NOT NULL, -- first two bytes of SHA-256 of the key
    subject_key TEXT    NOT NULL, -- the key
    body        BLOB    NOT NULL, -- facts and verdicts
    PRIMARY KEY (bucket, subject_key)
) STRICT;

INSERT INTO subjects (bucket, subject_key, body)
SELECT bucket, subject_key, body FROM subjects_before ORDER BY bucket, subject_key;

DROP TABLE subjects_before;
