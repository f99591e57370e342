-- The audit log, what its events keep of personal data, and keys of callers.
-- BYTES stands for the type of bytes of the database.

CREATE TABLE facts (
    name TEXT PRIMARY KEY,
    value TEXT NOT NULL
);

-- One row: the size of the log, the complete subtrees to the right edge of its Merkle tree, and its signed head.
CREATE TABLE log_head (
    id BIGINT PRIMARY KEY CHECK (id = 1),
    size BIGINT NOT NULL,
    frontier BYTES NOT NULL,
    note TEXT NOT NULL
);

-- `bytes` is what is hashed; the other columns repeat parts of it, to find events by.
CREATE TABLE events (
    seq BIGINT PRIMARY KEY,
    tenant TEXT NOT NULL,
    at BIGINT NOT NULL,
    kind TEXT NOT NULL,
    bytes BYTES NOT NULL
);
CREATE INDEX events_of_tenant ON events (tenant, seq);
CREATE INDEX events_of_kind ON events (tenant, kind, seq);

-- Hashes of complete subtrees of 256, 65536 ... events: a proof needs few of them instead of all events.
CREATE TABLE log_nodes (
    level BIGINT NOT NULL,
    place BIGINT NOT NULL,
    hash BYTES NOT NULL,
    PRIMARY KEY (level, place)
);

-- Personal data of events, which hold only a salted hash of it: it can be erased, and proofs stay valid.
CREATE TABLE sealed (
    seq BIGINT PRIMARY KEY,
    tenant TEXT NOT NULL,
    subject TEXT,
    keep_until BIGINT NOT NULL,
    salt BYTES NOT NULL,
    key_id TEXT,
    data BYTES NOT NULL
);
CREATE INDEX sealed_of_subject ON sealed (tenant, subject);
CREATE INDEX sealed_by_end ON sealed (keep_until);

CREATE TABLE keys (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    role TEXT NOT NULL,
    digest BYTES NOT NULL,
    made_at BIGINT NOT NULL,
    expires_at BIGINT,
    revoked_at BIGINT,
    used_at BIGINT
);
CREATE INDEX keys_of_tenant ON keys (tenant, made_at);

-- The first answers of requests that must not be carried out twice.
CREATE TABLE answers (
    tenant TEXT NOT NULL,
    key TEXT NOT NULL,
    request BYTES NOT NULL,
    status BIGINT NOT NULL,
    body BYTES NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, key)
);
