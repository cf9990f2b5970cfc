-- Dry runs ask those who execute: the provisioner for its plan (PLAN), agents for what a document would do (REHEARSE).
--
-- document  what the question is about: for PLAN the spec as it would be stored, for REHEARSE the agents' document; null
--           for the end of the load balancer
ALTER TABLE agent_inquiry
    ADD COLUMN document text,
    DROP CONSTRAINT agent_inquiry_kind_check,
    DROP CONSTRAINT agent_inquiry_check,
    DROP CONSTRAINT agent_inquiry_check1,
    ADD CONSTRAINT agent_inquiry_kind CHECK (kind IN ('HEALTH', 'EXPLAIN', 'FILTER', 'PLAN', 'REHEARSE')),
    ADD CONSTRAINT agent_inquiry_machine CHECK ((machine_id IS NULL) = (kind IN ('FILTER', 'PLAN'))),
    ADD CONSTRAINT agent_inquiry_place CHECK (kind NOT IN ('EXPLAIN', 'FILTER') OR ip IS NOT NULL AND port IS NOT NULL);
