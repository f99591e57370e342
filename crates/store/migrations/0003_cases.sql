-- Cases with their events, the allow-list, and the settings of tenants.

-- One row for each customer and entity that ever matched. `seq` is the event that opened it, `hit` the one that holds
-- what has to be judged. A claim that has passed counts as ended, whatever the row says.
CREATE TABLE cases (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    customer TEXT NOT NULL,
    entity TEXT NOT NULL,
    state TEXT NOT NULL,
    version BIGINT NOT NULL,
    assignee TEXT,
    claim_until BIGINT,
    proposal TEXT,
    approvals TEXT NOT NULL,
    is_exact BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    hit BIGINT NOT NULL,
    opened_at BIGINT NOT NULL,
    changed_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX cases_in_order ON cases (tenant, seq);
CREATE INDEX cases_of_customer ON cases (tenant, customer);

-- All ids under which the entity of a case was met.
CREATE TABLE case_entities (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    entity TEXT NOT NULL,
    PRIMARY KEY (tenant, case_id, entity)
);
CREATE INDEX case_entities_by_id ON case_entities (tenant, entity);

-- Events of the audit log that belong to a case, the screenings that hit it among them.
CREATE TABLE case_events (
    tenant TEXT NOT NULL,
    case_id TEXT NOT NULL,
    seq BIGINT NOT NULL,
    PRIMARY KEY (tenant, case_id, seq)
);

-- `hit` is the event that holds what was judged.
CREATE TABLE allow_list (
    id TEXT PRIMARY KEY,
    tenant TEXT NOT NULL,
    customer TEXT NOT NULL,
    case_id TEXT NOT NULL,
    hit BIGINT NOT NULL,
    by_two BIGINT NOT NULL,
    suppressed BIGINT NOT NULL,
    seq BIGINT NOT NULL,
    made_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    ended_at BIGINT,
    end_cause TEXT
);
CREATE UNIQUE INDEX allow_list_in_order ON allow_list (tenant, seq);
CREATE INDEX allow_list_of_case ON allow_list (tenant, case_id);
CREATE INDEX allow_list_of_customer ON allow_list (tenant, customer);
CREATE INDEX allow_list_by_end ON allow_list (ends_at);

CREATE TABLE settings (
    tenant TEXT NOT NULL,
    name TEXT NOT NULL,
    value TEXT NOT NULL,
    PRIMARY KEY (tenant, name)
);
