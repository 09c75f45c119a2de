-- What stands at the province as packed keys of sixteen bytes, for comparing all with all.
--
-- A projection of `subjects`. Keys are written in sorted runs that are merged later, so how they are cut into rows
-- depends on how the work was cut; what they come to does not. They stand outside the projection digest for that
-- reason: a recomparison of every row holds them to the rows.
CREATE TABLE packed_keys (
    run     BIGINT NOT NULL, -- keys that were written together, rising
    family  BIGINT NOT NULL, -- what they are: 0 entries, 1 names and numbers
    ordinal BIGINT NOT NULL, -- which part of the run, from 0
    level   BIGINT NOT NULL, -- how often they were merged
    body    BYTEA  NOT NULL, -- the keys, ascending
    PRIMARY KEY (run, family, ordinal)
);
