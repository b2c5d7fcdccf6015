-- Flows for events whose evaluation ended the process: counted at the next start, deleted when they are settled.
CREATE TABLE claim (
    event_seq INTEGER NOT NULL,
    flow TEXT NOT NULL,
    deaths INTEGER NOT NULL,               -- how often in a row
    PRIMARY KEY (event_seq, flow)
) STRICT, WITHOUT ROWID;
