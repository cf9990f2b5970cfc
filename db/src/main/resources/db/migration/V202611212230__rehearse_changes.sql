-- Dry runs ask those who execute: the provisioner for its plan (PLAN), agents for what a document would do (REHEARSE).
--
-- document  what the question is about: for PLAN the spec as it would be stored, for REHEARSE the agents' document, as
--           texts; null for the end of the load balancer
ALTER TABLE agent_inquiry
    ADD COLUMN document text,
    DROP CONSTRAINT IF EXISTS agent_inquiry_kind_check,
    DROP CONSTRAINT IF EXISTS agent_inquiry_kind,
    DROP CONSTRAINT IF EXISTS agent_inquiry_check,
    DROP CONSTRAINT IF EXISTS agent_inquiry_asks_machine,
    DROP CONSTRAINT IF EXISTS agent_inquiry_check1,
    DROP CONSTRAINT IF EXISTS agent_inquiry_names_target,
    ADD CONSTRAINT agent_inquiry_kind CHECK (kind ~ '^[A-Z_]{1,32}$'),
    ADD CONSTRAINT agent_inquiry_asks_machine CHECK ((machine_id IS NULL) = (kind IN ('FILTER', 'PLAN'))),
    ADD CONSTRAINT agent_inquiry_names_target
        CHECK (kind NOT IN ('EXPLAIN', 'FILTER') OR ip IS NOT NULL AND port IS NOT NULL);
