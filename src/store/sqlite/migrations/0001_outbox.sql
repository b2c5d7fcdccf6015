-- The outbox: events, runs that are not done, effects, and the states of payments and customers.
-- Times are nanoseconds since 1970, UTC. JSON is text, so that the sqlite3 shell can read it.

CREATE TABLE event (
    seq INTEGER PRIMARY KEY AUTOINCREMENT, -- a number is never used again, not even after a purge
    id TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,
    subject TEXT NOT NULL,                 -- the payment that it speaks of
    endpoint TEXT NOT NULL,
    occurred_at INTEGER NOT NULL,
    received_at INTEGER NOT NULL,
    settled INTEGER NOT NULL DEFAULT 0 CHECK (settled IN (0, 1)),
    body BLOB NOT NULL                     -- last: reading the other columns need not walk through it
) STRICT;

-- Holds all that counting needs, so that it never touches the rows with their bodies.
CREATE INDEX event_unsettled ON event (seq, received_at, settled) WHERE settled = 0;
CREATE INDEX event_subject ON event (subject, occurred_at);

CREATE TABLE run (
    event_seq INTEGER NOT NULL REFERENCES event (seq),
    flow TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'held', 'dead')),
    payment TEXT NOT NULL,
    step TEXT NOT NULL,
    cause TEXT NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    attempts INTEGER NOT NULL,
    since INTEGER NOT NULL,
    ready_at INTEGER NOT NULL,             -- has a meaning while waiting only
    PRIMARY KEY (event_seq, flow)
) STRICT;

CREATE INDEX run_ready ON run (ready_at) WHERE state = 'waiting';
CREATE INDEX run_payment ON run (payment);
CREATE INDEX run_state ON run (state, since);

-- Keeps no reference to event: what was done stays known when the event is purged.
CREATE TABLE effect (
    id INTEGER PRIMARY KEY,
    event_seq INTEGER NOT NULL,
    payment TEXT NOT NULL,
    flow TEXT NOT NULL,
    flow_version TEXT NOT NULL,
    step TEXT NOT NULL,
    object TEXT NOT NULL,
    record_id TEXT NOT NULL,
    rule TEXT NOT NULL,
    outcome TEXT NOT NULL,
    at INTEGER NOT NULL,
    sent TEXT NOT NULL,                    -- the values as sent
    old TEXT NOT NULL                      -- the same fields before
) STRICT;

CREATE INDEX effect_event ON effect (event_seq);
CREATE INDEX effect_payment ON effect (payment);
CREATE INDEX effect_record ON effect (record_id);

CREATE TABLE payment (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL
) STRICT;

CREATE TABLE customer (
    id TEXT NOT NULL PRIMARY KEY,
    state TEXT NOT NULL
) STRICT;

-- Running totals ("event", "effect.created", …), kept with every commit: counting millions of rows would be slow.
CREATE TABLE total (
    name TEXT NOT NULL PRIMARY KEY,
    count INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
