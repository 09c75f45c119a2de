-- Behaviour events that this node recorded: what counting rules are evaluated on.
--
-- A projection: every row is a fold of an act that recorded it.
CREATE TABLE behaviours (
    origin      TEXT COLLATE "C" NOT NULL, -- the node that recorded it
    number      BIGINT NOT NULL, -- its number within that node
    subject_key TEXT COLLATE "C" NOT NULL, -- the key of its subject
    body        BYTEA NOT NULL, -- the event
    PRIMARY KEY (origin, number)
);
CREATE INDEX behaviours_by_subject ON behaviours (origin, subject_key, number);
