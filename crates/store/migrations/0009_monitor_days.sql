-- The day for which the customers of a monitor were last looked at, as 2026-12-01: a listing can begin or end by a date of
-- its own while the lists stay the same. Nothing before the first sweep that noted it.
ALTER TABLE monitors ADD COLUMN day TEXT;

-- The same for a customer that has a generation of its own.
ALTER TABLE monitor_customers ADD COLUMN day TEXT;
