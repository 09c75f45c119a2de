-- Persons as the province tells them apart by their ID numbers, of which nothing stands here.
--
-- A projection: every row is a fold of an act of the province's own log.
CREATE TABLE persons (
    handle BLOB NOT NULL, -- a commitment, a keyed hash, or the address of a part that was read
    person BLOB NOT NULL, -- the opaque name; empty where nobody is known
    PRIMARY KEY (handle)
) STRICT;
