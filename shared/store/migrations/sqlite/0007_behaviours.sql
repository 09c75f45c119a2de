-- Behaviour events that this node recorded: what counting rules are evaluated on.
--
-- A projection: every row is a fold of an act that recorded it.
CREATE TABLE behaviours (
    origin      TEXT    NOT NULL, -- the node that recorded it
    number      INTEGER NOT NULL, -- its number within that node
    subject_key TEXT    NOT NULL, -- the key of its subject
    body        BLOB    NOT NULL, -- the event
    PRIMARY KEY (origin, number)
) STRICT;
CREATE INDEX behaviours_by_subject ON behaviours (origin, subject_key, number);
