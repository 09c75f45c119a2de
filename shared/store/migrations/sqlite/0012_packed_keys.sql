-- What stands at the province as packed keys of sixteen bytes, for comparing all with all.
--
-- A projection of `subjects`. Keys are written in sorted runs that are merged later, so how they are cut into rows
-- depends on how the work was cut; what they come to does not. They stand outside the projection digest for that
-- reason: a recomparison of every row holds them to the rows.
CREATE TABLE packed_keys (
    run     INTEGER NOT NULL, -- keys that were written together, rising
    family  INTEGER NOT NULL, -- what they are: 0 entries, 1 names and numbers
    ordinal INTEGER NOT NULL, -- which part of the run, from 0
    level   INTEGER NOT NULL, -- how often they were merged
    body    BLOB    NOT NULL, -- the keys, ascending
    PRIMARY KEY (run, family, ordinal)
) STRICT;
