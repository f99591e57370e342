-- Subjects whose data must not be erased, whatever its age: an investigation or a court order.

CREATE TABLE holds (
    tenant TEXT NOT NULL,
    subject TEXT NOT NULL,
    reason TEXT NOT NULL,
    at BIGINT NOT NULL,
    PRIMARY KEY (tenant, subject)
);
