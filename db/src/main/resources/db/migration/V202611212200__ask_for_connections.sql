-- Questions about connections: which there are, or were a while ago, and to end one.
--
-- question  what is asked, in the agents' words, where the other columns do not say it
ALTER TABLE agent_inquiry
    ADD COLUMN question jsonb,
    DROP CONSTRAINT agent_inquiry_kind_check,
    DROP CONSTRAINT agent_inquiry_check1,
    ADD CONSTRAINT agent_inquiry_kind_check CHECK (kind IN ('HEALTH', 'EXPLAIN', 'FILTER', 'CONNECTIONS', 'CLOSE')),
    ADD CONSTRAINT agent_inquiry_check1 CHECK (kind NOT IN ('EXPLAIN', 'FILTER') OR ip IS NOT NULL AND port IS NOT NULL),
    ADD CONSTRAINT agent_inquiry_has_question CHECK ((question IS NOT NULL) = (kind IN ('CONNECTIONS', 'CLOSE')));
