-- Daily revenue figures: sums over payments, changed by the difference that a payment makes, never added up anew.
CREATE TABLE figure (
    day TEXT NOT NULL,                     -- where the merchant is
    currency TEXT NOT NULL,
    dimensions TEXT NOT NULL,              -- a JSON object with its names in order
    captured INTEGER NOT NULL,             -- minor units, as all but the counts
    refunded INTEGER NOT NULL,
    charged_back INTEGER NOT NULL,
    count INTEGER NOT NULL,
    attempted INTEGER NOT NULL,
    approved INTEGER NOT NULL,
    failed INTEGER NOT NULL,
    recovered INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    version INTEGER NOT NULL,              -- counts the changes
    told_version INTEGER NOT NULL,         -- the last one of which an event was made
    told TEXT NOT NULL,                    -- what that event said
    ready_at INTEGER NOT NULL,             -- when the next one is due, where the versions differ
    PRIMARY KEY (day, currency, dimensions)
) STRICT, WITHOUT ROWID;

CREATE INDEX figure_ready ON figure (ready_at) WHERE version <> told_version;

-- One row: by which rules (time zone, dimensions) payments are counted, and how far a recount has come.
CREATE TABLE figure_book (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    rules TEXT NOT NULL,
    counted_to TEXT NOT NULL,
    complete INTEGER NOT NULL
) STRICT;
