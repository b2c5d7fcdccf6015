-- What waits for a time or a person, what was sent out once, and what is known of groups of payments.

ALTER TABLE run ADD COLUMN until INTEGER; -- held only: ends then without a person; NULL: never

-- All that finding due work needs: rows under a hold are passed over without being read.
DROP INDEX run_ready;
CREATE INDEX run_ready ON run (ready_at, event_seq, flow, state) WHERE state = 'waiting';
CREATE INDEX run_until ON run (until, event_seq, flow, state) WHERE state = 'held' AND until IS NOT NULL;

-- To start reading at a time.
CREATE INDEX event_received ON event (received_at, seq);

-- The whole flow is evaluated again for that event when due_at has come.
CREATE TABLE timer (
    flow TEXT NOT NULL,
    key TEXT NOT NULL,
    event_seq INTEGER NOT NULL REFERENCES event (seq), -- that set it
    payment TEXT NOT NULL,
    due_at INTEGER,                        -- NULL: waits for nothing
    fired_for INTEGER,                     -- the latest time for which it has fired
    about TEXT NOT NULL,                   -- for people
    PRIMARY KEY (flow, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX timer_due ON timer (due_at, event_seq, flow) WHERE due_at IS NOT NULL;
CREATE INDEX timer_event ON timer (event_seq, flow);
CREATE INDEX timer_payment ON timer (payment);

-- What a person, or the end of a hold, decided.
CREATE TABLE approval (
    flow TEXT NOT NULL,
    key TEXT NOT NULL,
    payment TEXT NOT NULL,
    decision TEXT NOT NULL CHECK (decision IN ('go', 'stop')),
    by_whom TEXT NOT NULL,
    at INTEGER NOT NULL,
    PRIMARY KEY (flow, key)
) STRICT, WITHOUT ROWID;

CREATE INDEX approval_payment ON approval (payment);

-- Once per kind, target and key: the intent is committed before sending, the outcome after. Keeps no reference to
-- event: what was sent stays known when the event is purged.
CREATE TABLE outbound_call (
    kind TEXT NOT NULL CHECK (kind IN ('invoke', 'notify')),
    target TEXT NOT NULL,
    key TEXT NOT NULL,
    flow TEXT NOT NULL,
    event_seq INTEGER NOT NULL,
    payment TEXT NOT NULL,
    step TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('intent', 'done', 'failed')),
    attempts INTEGER NOT NULL,
    at INTEGER NOT NULL,
    body TEXT NOT NULL,
    detail TEXT NOT NULL,
    PRIMARY KEY (kind, target, key)
) STRICT;

CREATE INDEX outbound_call_payment ON outbound_call (payment);
CREATE INDEX outbound_call_event ON outbound_call (event_seq);
CREATE INDEX outbound_call_open ON outbound_call (at) WHERE state = 'intent';

-- What one payment contributes to the view of a group.
CREATE TABLE group_member (
    group_name TEXT NOT NULL,
    id TEXT NOT NULL,
    payment TEXT NOT NULL,
    state TEXT NOT NULL,
    PRIMARY KEY (group_name, id, payment)
) STRICT, WITHOUT ROWID;

CREATE INDEX group_member_payment ON group_member (payment);

-- Nothing of these flows is due until a person ends the hold.
CREATE TABLE flow_hold (
    flow TEXT NOT NULL PRIMARY KEY,
    since INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    reason TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- The answers that a flow was decided on, compressed; the newest evaluation counts.
CREATE TABLE known (
    event_seq INTEGER NOT NULL,
    flow TEXT NOT NULL,
    at INTEGER NOT NULL,
    answers BLOB NOT NULL,
    PRIMARY KEY (event_seq, flow)
) STRICT;

CREATE INDEX known_at ON known (at);

-- Who did what. Each row's hash covers the one before: a row that was changed or taken out shows.
CREATE TABLE audit (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at INTEGER NOT NULL,
    by_whom TEXT NOT NULL,
    what TEXT NOT NULL,
    detail TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
