-- Subjects: whose data it is. All other tables name a subject by its tag, a keyed hash of the reference, so that it can be
-- found and not read.

-- `reference` is the caller's reference of a customer, and `key` the key of their data, wrapped by the master key `key_id`.
-- Both are plain and absent in a store without a master key. Without this row nothing encrypted of the subject can be read.
CREATE TABLE subjects (
    tenant TEXT NOT NULL,
    tag TEXT NOT NULL,
    reference BYTES NOT NULL,
    key BYTES,
    key_id TEXT,
    PRIMARY KEY (tenant, tag)
);
CREATE INDEX subjects_of_key ON subjects (key_id);

-- `sealed.key_id` and this column name the subject with whose key the data is encrypted; nothing if it is plain.
ALTER TABLE answers ADD COLUMN key_id TEXT;
CREATE INDEX sealed_of_key ON sealed (key_id);
