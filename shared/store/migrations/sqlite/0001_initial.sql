-- The store of one node.
--
-- Two halves. What cannot be made again: logs, chunks, receipts, sealed personal data, named values, directories.
-- And projections, which are folds over the logs: they may be emptied and are then rebuilt.
--
-- Rules. Column types exist on both databases (the twin of this file differs in type names alone). Every primary key
-- of a table that grows starts with the key it would be spread over machines by: the origin of a log or case, the
-- bucket of a subject. No defaults, no triggers, no generated numbers: what has a legal effect is written by an act.
-- Flags are 0 or 1. Dates are ISO 8601 text. Digests are SHA-256, 32 bytes. A `body` is the registry's own encoding.

-- ---------------------------------------------------------------------------------------------------------------
-- Logs.

-- How far each log is held and interpreted.
CREATE TABLE log_heads (
    origin          TEXT    NOT NULL, -- the node that alone writes the log
    epoch           INTEGER NOT NULL, -- of its key, from 1
    size            INTEGER NOT NULL, -- entries held durably
    frontier        BLOB    NOT NULL, -- the Merkle tree's right edge at `size`
    checkpoint      TEXT,             -- the latest signed note known; may be ahead of `size`
    checkpoint_size INTEGER NOT NULL, -- what the note commits to
    interpreted     INTEGER NOT NULL, -- entries that the fold has passed
    PRIMARY KEY (origin, epoch)
) STRICT, WITHOUT ROWID;

-- The entries. A node outside an entry's audience holds the leaf alone.
CREATE TABLE log_entries (
    origin      TEXT    NOT NULL, -- the log's node
    epoch       INTEGER NOT NULL, -- the log's epoch
    entry_index INTEGER NOT NULL, -- place in the log, from 0, without a hole
    leaf        BLOB    NOT NULL, -- RFC 6962 leaf hash of the header
    header      BLOB,             -- the header's bytes, as they were signed
    payload     BLOB,             -- the payload's bytes, as they were signed
    PRIMARY KEY (origin, epoch, entry_index)
) STRICT;

-- The hashes of complete subtrees, which proofs are put together from.
CREATE TABLE tree_nodes (
    origin   TEXT    NOT NULL, -- the log's node
    epoch    INTEGER NOT NULL, -- the log's epoch
    level    INTEGER NOT NULL, -- height: 0 is a leaf
    position INTEGER NOT NULL, -- from the left at that height, from 0
    hash     BLOB    NOT NULL, -- RFC 6962 hash
    PRIMARY KEY (origin, epoch, level, position)
) STRICT, WITHOUT ROWID;

-- Where each audience of a log stands: its entries have their own gap-free number.
CREATE TABLE audience_heads (
    origin   TEXT    NOT NULL, -- the log's node
    epoch    INTEGER NOT NULL, -- the log's epoch
    audience TEXT    NOT NULL, -- canonical text, such as `up` or `local+420802-commerce`
    number   INTEGER NOT NULL, -- of the audience's last entry, from 1
    hash     BLOB    NOT NULL, -- SHA-256 of that entry's header
    PRIMARY KEY (origin, epoch, audience)
) STRICT, WITHOUT ROWID;

-- Parts of lists and files, stored under their own digest.
CREATE TABLE chunks (
    digest BLOB NOT NULL, -- SHA-256 of `bytes`
    bytes  BLOB NOT NULL, -- the chunk, as it was signed for
    PRIMARY KEY (digest)
) STRICT;

-- Chunks that an entry obliges this node to hold and that have not arrived.
CREATE TABLE wants (
    origin      TEXT    NOT NULL, -- the log's node
    epoch       INTEGER NOT NULL, -- the log's epoch
    entry_index INTEGER NOT NULL, -- the entry that names the chunk
    digest      BLOB    NOT NULL, -- the chunk's address
    length      INTEGER NOT NULL, -- its bytes
    priority    INTEGER NOT NULL, -- smaller is fetched first: black entries and exits before red bulk
    PRIMARY KEY (origin, epoch, entry_index, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX wants_by_chunk ON wants (digest);
CREATE INDEX wants_by_urgency ON wants (priority, origin, epoch, entry_index, digest, length);

-- ---------------------------------------------------------------------------------------------------------------
-- Receipts, incidents, values, the vault, directories.

-- Peers' cosignatures: the durable receipt for a log's size.
CREATE TABLE cosignatures (
    origin TEXT    NOT NULL, -- the log's node
    epoch  INTEGER NOT NULL, -- the log's epoch
    size   INTEGER NOT NULL, -- the cosigned size
    signer TEXT    NOT NULL, -- the node that cosigned
    line   TEXT    NOT NULL, -- the note's signature line
    PRIMARY KEY (origin, epoch, size, signer)
) STRICT, WITHOUT ROWID;
CREATE INDEX cosignatures_by_signer ON cosignatures (origin, epoch, signer, size);

-- What went wrong with a peer, once per evidence.
CREATE TABLE incidents (
    evidence BLOB    NOT NULL, -- SHA-256 of the offending bytes
    at_ms    INTEGER NOT NULL, -- milliseconds since the Unix epoch, transport time
    peer     TEXT    NOT NULL, -- who
    code     TEXT    NOT NULL, -- stable code
    detail   TEXT    NOT NULL, -- what; never payload text
    PRIMARY KEY (evidence)
) STRICT, WITHOUT ROWID;
CREATE INDEX incidents_by_time ON incidents (at_ms);

-- Named values of this node.
CREATE TABLE meta (
    meta_key TEXT NOT NULL, -- the name
    value    BLOB NOT NULL, -- the value
    PRIMARY KEY (meta_key)
) STRICT, WITHOUT ROWID;

-- The vault: sealed personal data, kept beside the log so that they can be erased.
CREATE TABLE secrets (
    commitment BLOB NOT NULL, -- the salted commitment that stands in the signed payload
    ciphertext BLOB NOT NULL, -- sealed; never in clear
    PRIMARY KEY (commitment)
) STRICT, WITHOUT ROWID;

-- The directory's versions, as its root signed them.
CREATE TABLE directories (
    version  INTEGER NOT NULL, -- rising
    document BLOB    NOT NULL, -- signed bytes
    PRIMARY KEY (version)
) STRICT;

-- ---------------------------------------------------------------------------------------------------------------
-- Projections of every tier.

-- Cases at their recogniser.
CREATE TABLE cases (
    origin      TEXT    NOT NULL, -- the recognising node
    number      INTEGER NOT NULL, -- within that node, from 1
    stage       TEXT    NOT NULL, -- stage name, for listing
    kind        TEXT    NOT NULL CHECK (kind IN ('red', 'black')), -- the list's kind
    name        TEXT    NOT NULL, -- the subject's name, for listing
    subject_key TEXT    NOT NULL, -- the subject's key, for lookup
    body        BLOB    NOT NULL, -- the case and its entry
    PRIMARY KEY (origin, number)
) STRICT;
CREATE INDEX cases_by_stage ON cases (origin, stage, number);
CREATE INDEX cases_by_subject ON cases (origin, subject_key, number);

-- Declared lists under review, and the views of them.
CREATE TABLE dossiers (
    origin      TEXT    NOT NULL, -- the certifying node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the certifying act
    stage       TEXT    NOT NULL, -- stage name
    due_on      TEXT,             -- the running clock's last day, if a clock runs
    kind        TEXT    NOT NULL CHECK (kind IN ('red', 'black')), -- the list's kind
    entry_count INTEGER NOT NULL, -- entries in the list
    body        BLOB    NOT NULL, -- the dossier
    PRIMARY KEY (origin, epoch, entry_index)
) STRICT;
CREATE INDEX dossiers_by_stage ON dossiers (stage, origin, epoch, entry_index);

-- Where the cases of a list, feed or collection lie.
CREATE TABLE list_chunks (
    origin      TEXT    NOT NULL, -- the list's node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the list's act
    ordinal     INTEGER NOT NULL, -- position in the manifest, from 0
    case_origin TEXT    NOT NULL, -- whose cases
    first_case  INTEGER NOT NULL, -- lowest case number in it
    last_case   INTEGER NOT NULL, -- highest case number in it
    digest      BLOB    NOT NULL, -- the chunk's address
    entry_count INTEGER NOT NULL, -- entries in it
    PRIMARY KEY (origin, epoch, entry_index, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX list_chunks_by_case ON list_chunks (case_origin, last_case, first_case);

-- Officers.
CREATE TABLE officers (
    node      TEXT    NOT NULL, -- his node
    officer   TEXT    NOT NULL, -- his id within it
    certified INTEGER NOT NULL CHECK (certified IN (0, 1)), -- whether the level above certified his key
    body      BLOB    NOT NULL, -- the officer
    PRIMARY KEY (node, officer)
) STRICT, WITHOUT ROWID;

-- Publicities.
CREATE TABLE publicities (
    origin      TEXT    NOT NULL, -- the opening node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the opening act
    ends_on     TEXT    NOT NULL, -- last day
    is_open     INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- whether it still runs
    body        BLOB    NOT NULL, -- the publicity
    PRIMARY KEY (origin, epoch, entry_index)
) STRICT;
CREATE INDEX publicities_by_end ON publicities (is_open, ends_on);

-- Statements and objections.
CREATE TABLE petitions (
    origin      TEXT    NOT NULL, -- the receiving node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the receiving act
    case_origin TEXT    NOT NULL, -- the case's recogniser
    case_number INTEGER NOT NULL, -- the case's number
    is_open     INTEGER NOT NULL CHECK (is_open IN (0, 1)), -- whether it awaits a decision
    body        BLOB    NOT NULL, -- the petition
    PRIMARY KEY (origin, epoch, entry_index)
) STRICT;
CREATE INDEX petitions_by_case ON petitions (case_origin, case_number);
CREATE INDEX petitions_by_state ON petitions (is_open);

-- What this node made of acts addressed to it.
CREATE TABLE outcomes (
    origin        TEXT    NOT NULL, -- the act's node
    epoch         INTEGER NOT NULL, -- its log's epoch
    entry_index   INTEGER NOT NULL, -- the act
    judge_origin  TEXT    NOT NULL, -- the interpreting node
    judge_epoch   INTEGER NOT NULL, -- its log's epoch
    judge_index   INTEGER NOT NULL, -- the outcome's entry
    status        TEXT    NOT NULL CHECK (status IN ('applied', 'rejected', 'waiting')), -- what became of the act
    code          TEXT    NOT NULL, -- stable code; empty when applied
    reason        TEXT    NOT NULL, -- why, for people
    PRIMARY KEY (origin, epoch, entry_index)
) STRICT;
CREATE INDEX outcomes_by_status ON outcomes (status, origin, epoch, entry_index);

-- Acts that wait for what they need.
CREATE TABLE waiting (
    origin      TEXT    NOT NULL, -- the act's node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the act
    code        TEXT    NOT NULL, -- stable code of what is missing
    PRIMARY KEY (origin, epoch, entry_index)
) STRICT, WITHOUT ROWID;

-- The final list as it is served, in 65,536 buckets.
CREATE TABLE buckets (
    bucket      INTEGER NOT NULL, -- first two bytes of SHA-256 of the subject key
    digest      BLOB    NOT NULL, -- SHA-256 of `public_rows`
    public_rows BLOB    NOT NULL, -- the canonical public rows, in order
    PRIMARY KEY (bucket)
) STRICT;

-- Result versions.
CREATE TABLE results (
    version      INTEGER NOT NULL, -- rising from 1
    origin       TEXT    NOT NULL, -- the publishing node
    epoch        INTEGER NOT NULL, -- its log's epoch
    entry_index  INTEGER NOT NULL, -- the publishing act
    root         BLOB    NOT NULL, -- Merkle root over the buckets
    published_on TEXT    NOT NULL, -- day of publication
    body         BLOB    NOT NULL, -- the rest
    PRIMARY KEY (version)
) STRICT;

-- What recognisers are told about their cases.
CREATE TABLE verdicts (
    origin  TEXT    NOT NULL, -- the case's recogniser
    number  INTEGER NOT NULL, -- the case's number
    version INTEGER NOT NULL, -- the result version
    body    BLOB    NOT NULL, -- the verdict
    PRIMARY KEY (origin, number, version)
) STRICT;
CREATE INDEX verdicts_by_version ON verdicts (version, origin, number);

-- ---------------------------------------------------------------------------------------------------------------
-- Projections of the province's comparison.

-- All facts of a subject.
CREATE TABLE subjects (
    bucket      INTEGER NOT NULL, -- first two bytes of SHA-256 of the key
    subject_key TEXT    NOT NULL, -- the key
    body        BLOB    NOT NULL, -- facts and verdicts
    PRIMARY KEY (bucket, subject_key)
) STRICT, WITHOUT ROWID;

-- Subjects under their normalised names.
CREATE TABLE names (
    name_hash   INTEGER NOT NULL, -- first 8 bytes of SHA-256 of the normalised name, signed
    bucket      INTEGER NOT NULL, -- the subject's bucket
    subject_key TEXT    NOT NULL, -- the subject's key
    PRIMARY KEY (name_hash, bucket, subject_key)
) STRICT, WITHOUT ROWID;

-- Comparison work not done yet.
CREATE TABLE marks (
    origin      TEXT    NOT NULL, -- the causing entry's node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the causing entry
    ordinal     INTEGER NOT NULL, -- piece within that entry
    body        BLOB    NOT NULL, -- what to compare
    PRIMARY KEY (origin, epoch, entry_index, ordinal)
) STRICT, WITHOUT ROWID;

-- Comparison work done and not published yet.
CREATE TABLE pending (
    origin      TEXT    NOT NULL, -- the causing entry's node
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the causing entry
    ordinal     INTEGER NOT NULL, -- piece within that entry
    body        BLOB    NOT NULL, -- the changed subjects
    PRIMARY KEY (origin, epoch, entry_index, ordinal)
) STRICT, WITHOUT ROWID;

-- Department feeds.
CREATE TABLE feeds (
    source TEXT NOT NULL, -- the registered source
    body   BLOB NOT NULL, -- the feed's state
    PRIMARY KEY (source)
) STRICT, WITHOUT ROWID;
