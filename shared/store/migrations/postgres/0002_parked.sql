-- Proposals that wait for a further officer's signature.
--
-- Not a projection: no log knows of them before they are complete, so a rebuild leaves them alone. Nor an entry of the
-- log: an act that somebody has yet to sign is no act, and one that is dropped leaves nothing to fold.
CREATE TABLE parked (
    parked_id TEXT COLLATE "C" NOT NULL, -- what officers call it: the first 16 hex digits of SHA-256 of its statement
    parked_ms BIGINT NOT NULL, -- milliseconds since the Unix epoch, transport time of the first signature
    body      BYTEA NOT NULL, -- the command, its seed, the exact statement, the signatures so far
    PRIMARY KEY (parked_id)
);
