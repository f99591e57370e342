-- Monitors: customers whose matches are looked at again when the lists change.

-- `generation` and `matcher` are those that all customers were looked at with who name none of their own; nothing
-- before the first time. `lease` counts how often a server took it.
CREATE TABLE monitors (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    seq BIGINT NOT NULL,
    name TEXT NOT NULL,
    settings TEXT NOT NULL,
    made_by TEXT NOT NULL,
    generation BIGINT,
    matcher TEXT,
    failure TEXT,
    lease BIGINT NOT NULL,
    lease_until BIGINT,
    made_at BIGINT NOT NULL,
    swept_at BIGINT
);
CREATE UNIQUE INDEX monitors_in_order ON monitors (tenant, seq);

-- `customer` is the tag of a subject, with whose key `party` is encrypted; `key_id` is nothing if it is plain.
-- `version` is raised each time somebody says what the customer is. `seq` is the event of the last screening of this
-- version; nothing if it was never screened. `matches` are the matches that were told last, of any version.
CREATE TABLE monitor_customers (
    monitor_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    tenant TEXT NOT NULL,
    version BIGINT NOT NULL,
    party BYTES NOT NULL,
    key_id TEXT,
    seq BIGINT,
    generation BIGINT,
    matches TEXT NOT NULL,
    is_unread BIGINT NOT NULL,
    screened_at BIGINT,
    PRIMARY KEY (monitor_id, customer)
);
CREATE INDEX monitor_customers_by_event ON monitor_customers (monitor_id, seq);
-- For counting those who wait, of all monitors.
CREATE INDEX monitor_customers_waiting ON monitor_customers (seq);
CREATE INDEX monitor_customers_by_subject ON monitor_customers (tenant, customer);

-- Webhooks: where events are sent. Secrets are not stored: they are computed from the id, their number and the secrets
-- of the store. `kinds` are the types of events that are sent; `failing_since` is when the first delivery failed since
-- the last that did not.
CREATE TABLE webhooks (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    seq BIGINT NOT NULL,
    url TEXT NOT NULL,
    kinds TEXT NOT NULL,
    disabled TEXT,
    secret BIGINT NOT NULL,
    old_until BIGINT,
    failing_since BIGINT,
    made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX webhooks_in_order ON webhooks (tenant, seq);

-- What is to be sent, written in the change that records its event `seq`. `state` is 'waiting', 'done' or 'dead'.
CREATE TABLE deliveries (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    webhook_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    state TEXT NOT NULL,
    attempts BIGINT NOT NULL,
    next_at BIGINT NOT NULL,
    lease_until BIGINT,
    status BIGINT,
    failure TEXT,
    made_at BIGINT NOT NULL,
    ended_at BIGINT
);
CREATE INDEX deliveries_due ON deliveries (state, next_at);
CREATE INDEX deliveries_of_webhook ON deliveries (webhook_id, seq);
