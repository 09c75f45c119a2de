-- Legal clocks that no act has ended yet: what a node's officers and its sweeps find due, without looking at the rest.
--
-- A projection: every row is a fold of acts and the newest calendar. A clock that ended has no row; its history is in
-- the logs.
CREATE TABLE clocks (
    origin      TEXT    NOT NULL, -- the node of the act that started it
    epoch       INTEGER NOT NULL, -- its log's epoch
    entry_index INTEGER NOT NULL, -- the starting act
    code        TEXT    NOT NULL, -- the deadline, such as D-02
    case_origin TEXT    NOT NULL, -- the recogniser whose cases or list it runs on
    case_number INTEGER NOT NULL, -- the case; 0 for a whole list or several cases
    owner       TEXT    NOT NULL, -- the node whose task it is
    due_on      TEXT    NOT NULL, -- last day; 9999-12-31 while it stands still
    provisional INTEGER NOT NULL CHECK (provisional IN (0, 1)), -- whether a calendar still to come can move it
    body        BLOB    NOT NULL, -- the clock
    PRIMARY KEY (origin, epoch, entry_index, code, case_origin, case_number)
) STRICT;
CREATE INDEX clocks_by_due ON clocks (owner, due_on, origin, epoch, entry_index, code, case_origin, case_number);
CREATE INDEX clocks_by_case ON clocks (case_origin, case_number, code);
