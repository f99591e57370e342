-- When it was told that a key ends soon; nothing if it was not.
ALTER TABLE keys ADD COLUMN warned_at BIGINT;
