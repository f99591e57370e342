-- Jobs: files of customers that are screened in the background.

-- `seq` is the event that made it, its place in lists. `lease` counts how often a server took it; what was taken by an
-- earlier one is written by nobody any more. `plan` holds how to screen, `progress` how far it came.
CREATE TABLE jobs (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    seq BIGINT NOT NULL,
    state TEXT NOT NULL,
    plan TEXT NOT NULL,
    origin TEXT NOT NULL,
    basis TEXT,
    progress TEXT NOT NULL,
    failure TEXT,
    lease BIGINT NOT NULL,
    lease_until BIGINT,
    made_at BIGINT NOT NULL,
    started_at BIGINT,
    ended_at BIGINT,
    keep_until BIGINT NOT NULL
);
CREATE UNIQUE INDEX jobs_in_order ON jobs (tenant, seq);
CREATE INDEX jobs_by_state ON jobs (state, made_at);

-- The file of a job, and its result, in parts: every server of the store can read them. `kind` is 'input' or 'result'.
-- A part whose job is not there belongs to a file that is still being sent, or was given up.
-- `key_id` names the subject with whose key a part is encrypted, that of nobody; nothing if it is plain.
CREATE TABLE job_parts (
    tenant TEXT NOT NULL,
    job_id TEXT NOT NULL,
    kind TEXT NOT NULL,
    part BIGINT NOT NULL,
    data BYTES NOT NULL,
    key_id TEXT,
    at BIGINT NOT NULL,
    PRIMARY KEY (job_id, kind, part)
);
CREATE INDEX job_parts_by_time ON job_parts (at);
