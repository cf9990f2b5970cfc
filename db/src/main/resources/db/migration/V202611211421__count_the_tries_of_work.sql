-- Looks that ended with something to wait for, since the row is there. `attempt` begins anew with each reason and paces the
-- looks; `tries` is what people are shown.
ALTER TABLE work_item ADD COLUMN tries integer NOT NULL DEFAULT 0;
