-- Work that was in hand when the process ended: written before it is decided, deleted when it is settled.
CREATE TABLE claim (
    event_seq INTEGER NOT NULL,
    flow TEXT NOT NULL,                    -- empty: the event itself
    deaths INTEGER NOT NULL,               -- how often it was taken in hand since it was last given back
    PRIMARY KEY (event_seq, flow)
) STRICT, WITHOUT ROWID;
