-- Which lines of results are about a customer, so that an erasure finds them.

-- `line` is the place in the part, from 0, `number` the row of the file; `customer` is the tag of the customer.
CREATE TABLE job_lines (
    job_id TEXT NOT NULL,
    part BIGINT NOT NULL,
    line BIGINT NOT NULL,
    number BIGINT NOT NULL,
    tenant TEXT NOT NULL,
    customer TEXT NOT NULL,
    PRIMARY KEY (job_id, part, line)
);
CREATE INDEX job_lines_of_customer ON job_lines (tenant, customer);

-- Customers who were erased while a job had not ended: its file, which was sent before, can name them further down.
CREATE TABLE job_erasures (
    job_id TEXT NOT NULL,
    customer TEXT NOT NULL,
    PRIMARY KEY (job_id, customer)
);
