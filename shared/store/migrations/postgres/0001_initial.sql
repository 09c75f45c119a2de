-- The store of one node.
--
-- Two halves. What cannot be made again: logs, chunks, receipts, sealed personal data, named values, directories.
-- And projections, which are folds over the logs: they may be emptied and are then rebuilt.
--
-- Text is compared byte by byte (collation C), as SQLite does.
-- Rules. Column types exist on both databases (the twin of this file differs in type names alone). Every primary key
-- of a table that grows starts with the key it would be spread over machines by: the origin of a log or case, the
-- bucket of a subject. No defaults, no triggers, no generated numbers: what has a legal effect is written by an act.
-- Flags are 0 or 1. Dates are ISO 8601 text. Digests are SHA-256, 32 bytes. A `body` is the registry's own encoding.

-- ---------------------------------------------------------------------------------------------------------------
-- Logs.

-- How far each log is held and interpreted.
CREATE TABLE log_heads (
    origin          TEXT COLLATE "C" NOT NULL, -- the node that alone writes the log
    epoch           BIGINT NOT NULL, -- of its key, from 1
    size            BIGINT NOT NULL, -- entries held durably
    frontier        BYTEA NOT NULL, -- the Merkle tree's right edge at `size`
    checkpoint      TEXT COLLATE "C", -- the latest signed note known; may be ahead of `size`
    checkpoint_size BIGINT NOT NULL, -- what the note commits to
    interpreted     BIGINT NOT NULL, -- entries that the fold has passed
    PRIMARY KEY (origin, epoch)
);

-- The entries. A node outside an entry's audience holds the leaf alone.
CREATE TABLE log_entries (
    origin      TEXT COLLATE "C" NOT NULL, -- the log's node
    epoch       BIGINT NOT NULL, -- the log's epoch
    entry_index BIGINT NOT NULL, -- place in the log, from 0, without a hole
    leaf        BYTEA NOT NULL, -- RFC 6962 leaf hash of the header
    header      BYTEA, -- the header's bytes, as they were signed
    payload     BYTEA, -- the payload's bytes, as they were signed
    PRIMARY KEY (origin, epoch, entry_index)
);

-- The hashes of complete subtrees, which proofs are put together from.
CREATE TABLE tree_nodes (
    origin   TEXT COLLATE "C" NOT NULL, -- the log's node
    epoch    BIGINT NOT NULL, -- the log's epoch
    level    BIGINT NOT NULL, -- height: 0 is a leaf
    position BIGINT NOT NULL, -- from the left at that height, from 0
    hash     BYTEA NOT NULL, -- RFC 6962 hash
    PRIMARY KEY (origin, epoch, level, position)
);

-- Where each audience of a log stands: its entries have their own gap-free number.
CREATE TABLE audience_heads (
    origin   TEXT COLLATE "C" NOT NULL, -- the log's node
    epoch    BIGINT NOT NULL, -- the log's epoch
    audience TEXT COLLATE "C" NOT NULL, -- canonical text, such as `up` or `local+420802-commerce`
    number   BIGINT NOT NULL, -- of the audience's last entry, from 1
    hash     BYTEA NOT NULL, -- SHA-256 of that entry's header
    PRIMARY KEY (origin, epoch, audience)
);

-- Parts of lists and files, stored under their own digest.
CREATE TABLE chunks (
    digest BYTEA NOT NULL, -- SHA-256 of `bytes`
    bytes  BYTEA NOT NULL, -- the chunk, as it was signed for
    PRIMARY KEY (digest)
);

-- Chunks that an entry obliges this node to hold and that have not arrived.
CREATE TABLE wants (
    origin      TEXT COLLATE "C" NOT NULL, -- the log's node
    epoch       BIGINT NOT NULL, -- the log's epoch
    entry_index BIGINT NOT NULL, -- the entry that names the chunk
    digest      BYTEA NOT NULL, -- the chunk's address
    length      BIGINT NOT NULL, -- its bytes
    priority    BIGINT NOT NULL, -- smaller is fetched first: black entries and exits before red bulk
    PRIMARY KEY (origin, epoch, entry_index, digest)
);
CREATE INDEX wants_by_chunk ON wants (digest);
CREATE INDEX wants_by_urgency ON wants (priority, origin, epoch, entry_index, digest, length);

-- ---------------------------------------------------------------------------------------------------------------
-- Receipts, incidents, values, the vault, directories.

-- Peers' cosignatures: the durable receipt for a log's size.
CREATE TABLE cosignatures (
    origin TEXT COLLATE "C" NOT NULL, -- the log's node
    epoch  BIGINT NOT NULL, -- the log's epoch
    size   BIGINT NOT NULL, -- the cosigned size
    signer TEXT COLLATE "C" NOT NULL, -- the node that cosigned
    line   TEXT COLLATE "C" NOT NULL, -- the note's signature line
    PRIMARY KEY (origin, epoch, size, signer)
);
CREATE INDEX cosignatures_by_signer ON cosignatures (origin, epoch, signer, size);

-- What went wrong with a peer, once per evidence.
CREATE TABLE incidents (
    evidence BYTEA NOT NULL, -- SHA-256 of the offending bytes
    at_ms    BIGINT NOT NULL, -- milliseconds since the Unix epoch, transport time
    peer     TEXT COLLATE "C" NOT NULL, -- who
    code     TEXT COLLATE "C" NOT NULL, -- stable code
    detail   TEXT COLLATE "C" NOT NULL, -- what; never payload text
    PRIMARY KEY (evidence)
);
CREATE INDEX incidents_by_time ON incidents (at_ms);

-- Named values of this node.
CREATE TABLE meta (
    meta_key TEXT COLLATE "C" NOT NULL, -- the name
    value    BYTEA NOT NULL, -- the value
    PRIMARY KEY (meta_key)
);

-- The vault: sealed personal data, kept beside the log so that they can be erased.
CREATE TABLE secrets (
    commitment BYTEA NOT NULL, -- the salted commitment that stands in the signed payload
    ciphertext BYTEA NOT NULL, -- sealed; never in clear
    PRIMARY KEY (commitment)
);

-- The directory's versions, as its root signed them.
CREATE TABLE directories (
    version  BIGINT NOT NULL, -- rising
    document BYTEA NOT NULL, -- signed bytes
    PRIMARY KEY (version)
);

-- ---------------------------------------------------------------------------------------------------------------
-- Projections of every tier.

-- Cases at their recogniser.
CREATE TABLE cases (
    origin      TEXT COLLATE "C" NOT NULL, -- the recognising node
    number      BIGINT NOT NULL, -- within that node, from 1
    stage       TEXT COLLATE "C" NOT NULL, -- stage name, for listing
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('red', 'black')), -- the list's kind
    name        TEXT COLLATE "C" NOT NULL, -- the subject's name, for listing
    subject_key TEXT COLLATE "C" NOT NULL, -- the subject's key, for lookup
    body        BYTEA NOT NULL, -- the case and its entry
    PRIMARY KEY (origin, number)
);
CREATE INDEX cases_by_stage ON cases (origin, stage, number);
CREATE INDEX cases_by_subject ON cases (origin, subject_key, number);

-- Declared lists under review, and the views of them.
CREATE TABLE dossiers (
    origin      TEXT COLLATE "C" NOT NULL, -- the certifying node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the certifying act
    stage       TEXT COLLATE "C" NOT NULL, -- stage name
    due_on      TEXT COLLATE "C", -- the running clock's last day, if a clock runs
    kind        TEXT COLLATE "C" NOT NULL CHECK (kind IN ('red', 'black')), -- the list's kind
    entry_count BIGINT NOT NULL, -- entries in the list
    body        BYTEA NOT NULL, -- the dossier
    PRIMARY KEY (origin, epoch, entry_index)
);
CREATE INDEX dossiers_by_stage ON dossiers (stage, origin, epoch, entry_index);

-- Where the cases of a list, feed or collection lie.
CREATE TABLE list_chunks (
    origin      TEXT COLLATE "C" NOT NULL, -- the list's node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the list's act
    ordinal     BIGINT NOT NULL, -- position in the manifest, from 0
    case_origin TEXT COLLATE "C" NOT NULL, -- whose cases
    first_case  BIGINT NOT NULL, -- lowest case number in it
    last_case   BIGINT NOT NULL, -- highest case number in it
    digest      BYTEA NOT NULL, -- the chunk's address
    entry_count BIGINT NOT NULL, -- entries in it
    PRIMARY KEY (origin, epoch, entry_index, ordinal)
);
CREATE INDEX list_chunks_by_case ON list_chunks (case_origin, last_case, first_case);

-- Officers.
CREATE TABLE officers (
    node      TEXT COLLATE "C" NOT NULL, -- his node
    officer   TEXT COLLATE "C" NOT NULL, -- his id within it
    certified BIGINT NOT NULL CHECK (certified IN (0, 1)), -- whether the level above certified his key
    body      BYTEA NOT NULL, -- the officer
    PRIMARY KEY (node, officer)
);

-- Publicities.
CREATE TABLE publicities (
    origin      TEXT COLLATE "C" NOT NULL, -- the opening node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the opening act
    ends_on     TEXT COLLATE "C" NOT NULL, -- last day
    is_open     BIGINT NOT NULL CHECK (is_open IN (0, 1)), -- whether it still runs
    body        BYTEA NOT NULL, -- the publicity
    PRIMARY KEY (origin, epoch, entry_index)
);
CREATE INDEX publicities_by_end ON publicities (is_open, ends_on);

-- Statements and objections.
CREATE TABLE petitions (
    origin      TEXT COLLATE "C" NOT NULL, -- the receiving node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the receiving act
    case_origin TEXT COLLATE "C" NOT NULL, -- the case's recogniser
    case_number BIGINT NOT NULL, -- the case's number
    is_open     BIGINT NOT NULL CHECK (is_open IN (0, 1)), -- whether it awaits a decision
    body        BYTEA NOT NULL, -- the petition
    PRIMARY KEY (origin, epoch, entry_index)
);
CREATE INDEX petitions_by_case ON petitions (case_origin, case_number);
CREATE INDEX petitions_by_state ON petitions (is_open);

-- What this node made of acts addressed to it.
CREATE TABLE outcomes (
    origin        TEXT COLLATE "C" NOT NULL, -- the act's node
    epoch         BIGINT NOT NULL, -- its log's epoch
    entry_index   BIGINT NOT NULL, -- the act
    judge_origin  TEXT COLLATE "C" NOT NULL, -- the interpreting node
    judge_epoch   BIGINT NOT NULL, -- its log's epoch
    judge_index   BIGINT NOT NULL, -- the outcome's entry
    status        TEXT COLLATE "C" NOT NULL CHECK (status IN ('applied', 'rejected', 'waiting')), -- what became of the act
    code          TEXT COLLATE "C" NOT NULL, -- stable code; empty when applied
    reason        TEXT COLLATE "C" NOT NULL, -- why, for people
    PRIMARY KEY (origin, epoch, entry_index)
);
CREATE INDEX outcomes_by_status ON outcomes (status, origin, epoch, entry_index);

-- Acts that wait for what they need.
CREATE TABLE waiting (
    origin      TEXT COLLATE "C" NOT NULL, -- the act's node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the act
    code        TEXT COLLATE "C" NOT NULL, -- stable code of what is missing
    PRIMARY KEY (origin, epoch, entry_index)
);

-- The final list as it is served, in 65,536 buckets.
CREATE TABLE buckets (
    bucket      BIGINT NOT NULL, -- first two bytes of SHA-256 of the subject key
    digest      BYTEA NOT NULL, -- SHA-256 of `public_rows`
    public_rows BYTEA NOT NULL, -- the canonical public rows, in order
    PRIMARY KEY (bucket)
);

-- Result versions.
CREATE TABLE results (
    version      BIGINT NOT NULL, -- rising from 1
    origin       TEXT COLLATE "C" NOT NULL, -- the publishing node
    epoch        BIGINT NOT NULL, -- its log's epoch
    entry_index  BIGINT NOT NULL, -- the publishing act
    root         BYTEA NOT NULL, -- Merkle root over the buckets
    published_on TEXT COLLATE "C" NOT NULL, -- day of publication
    body         BYTEA NOT NULL, -- the rest
    PRIMARY KEY (version)
);

-- What recognisers are told about their cases.
CREATE TABLE verdicts (
    origin  TEXT COLLATE "C" NOT NULL, -- the case's recogniser
    number  BIGINT NOT NULL, -- the case's number
    version BIGINT NOT NULL, -- the result version
    body    BYTEA NOT NULL, -- the verdict
    PRIMARY KEY (origin, number, version)
);
CREATE INDEX verdicts_by_version ON verdicts (version, origin, number);

-- ---------------------------------------------------------------------------------------------------------------
-- Projections of the province's comparison.

-- All facts of a subject.
CREATE TABLE subjects (
    bucket      BIGINT NOT NULL, -- first two bytes of SHA-256 of the key
    subject_key TEXT COLLATE "C" NOT NULL, -- the key
    body        BYTEA NOT NULL, -- facts and verdicts
    PRIMARY KEY (bucket, subject_key)
);

-- Subjects under their normalised names.
CREATE TABLE names (
    name_hash   BIGINT NOT NULL, -- first 8 bytes of SHA-256 of the normalised name, signed
    bucket      BIGINT NOT NULL, -- the subject's bucket
    subject_key TEXT COLLATE "C" NOT NULL, -- the subject's key
    PRIMARY KEY (name_hash, bucket, subject_key)
);

-- Comparison work not done yet.
CREATE TABLE marks (
    origin      TEXT COLLATE "C" NOT NULL, -- the causing entry's node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the causing entry
    ordinal     BIGINT NOT NULL, -- piece within that entry
    body        BYTEA NOT NULL, -- what to compare
    PRIMARY KEY (origin, epoch, entry_index, ordinal)
);

-- Comparison work done and not published yet.
CREATE TABLE pending (
    origin      TEXT COLLATE "C" NOT NULL, -- the causing entry's node
    epoch       BIGINT NOT NULL, -- its log's epoch
    entry_index BIGINT NOT NULL, -- the causing entry
    ordinal     BIGINT NOT NULL, -- piece within that entry
    body        BYTEA NOT NULL, -- the changed subjects
    PRIMARY KEY (origin, epoch, entry_index, ordinal)
);

-- Department feeds.
CREATE TABLE feeds (
    source TEXT COLLATE "C" NOT NULL, -- the registered source
    body   BYTEA NOT NULL, -- the feed's state
    PRIMARY KEY (source)
);
