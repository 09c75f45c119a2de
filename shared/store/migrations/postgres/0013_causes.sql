-- What a black entry caused, and which reds wait for a person, found without reading every verdict.
--
-- Rows that an earlier release wrote do not tell their cause (NULL); whoever asks reads them as well, until a rebuild
-- writes them anew.
ALTER TABLE verdicts ADD COLUMN cause TEXT COLLATE "C"; -- the entry that caused it, as it is written; empty where none did
CREATE INDEX verdicts_by_cause ON verdicts (cause, version, origin, number) WHERE cause <> '';
CREATE INDEX verdicts_untold ON verdicts (origin, number, version) WHERE cause IS NULL;

-- Cases that the latest version which speaks of them holds.
CREATE TABLE held (
    origin  TEXT COLLATE "C" NOT NULL, -- the case's recogniser
    number  BIGINT NOT NULL, -- the case's number
    version BIGINT NOT NULL, -- the result version that holds it
    body    BYTEA  NOT NULL, -- its verdict
    PRIMARY KEY (origin, number)
);

-- SQLite never compresses. Packed keys are spread too evenly to be worth compressing, and are read whole.
ALTER TABLE packed_keys ALTER COLUMN body SET STORAGE EXTERNAL;
