-- Life after listing: what befell listed entries, their exits and what each still owes, public marks, original channels.
--
-- One table for records of few kinds and numbers: a listed entry has a row only once something befell it.
CREATE TABLE listings (
    origin      TEXT    NOT NULL, -- the recogniser of the entries; the announcing node of a channel
    record      TEXT    NOT NULL, -- kind of record: case, exit, mark, term, channel, marking, offering
    place       TEXT    NOT NULL, -- which within the kind: a padded case number, an act, a version
    subject_key TEXT    NOT NULL, -- the subject's key, for lookup; empty where a record has none
    is_open     INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- whether something is still to be done
    due_on      TEXT,             -- the first day it matters, if time alone brings it
    body        BLOB    NOT NULL, -- the record
    PRIMARY KEY (origin, record, place)
) STRICT;
CREATE INDEX listings_by_state ON listings (record, is_open, origin, place);
CREATE INDEX listings_by_subject ON listings (record, subject_key, origin, place);
