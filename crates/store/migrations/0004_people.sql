-- People who sign in, their sessions, and what is known of attempts to sign in.

-- `issuer` and `subject` are of people whom somebody else authenticates; `password` is the hash of one who has one here.
CREATE TABLE people (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    roles TEXT NOT NULL,
    issuer TEXT,
    subject TEXT,
    password TEXT,
    made_at BIGINT NOT NULL,
    disabled_at BIGINT,
    signed_in_at BIGINT
);
CREATE UNIQUE INDEX people_by_name ON people (tenant, name);
CREATE UNIQUE INDEX people_by_subject ON people (tenant, issuer, subject);

-- The digest of what the browser holds: nobody who reads the table can use a session.
CREATE TABLE sessions (
    digest BYTES PRIMARY KEY,
    tenant TEXT NOT NULL,
    person TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    used_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX sessions_of_person ON sessions (person);
CREATE INDEX sessions_by_end ON sessions (ends_at);

-- One row for each name that was tried from a network, whether there is such a person or not.
CREATE TABLE sign_ins (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    network TEXT NOT NULL,
    failures BIGINT NOT NULL,
    failed_at BIGINT NOT NULL,
    good_at BIGINT,
    PRIMARY KEY (tenant, name, network)
);
CREATE INDEX sign_ins_by_failure ON sign_ins (failed_at);
