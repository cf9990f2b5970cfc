-- Questions to agents that what they have told anyway does not answer: asked by the API, answered through whichever
-- gateway has the agent's stream. Unlogged: after a crash nobody waits for an answer any more.
--
-- machine_id  whose agent is asked; null for the provisioner itself, which asks its driver
-- answer      the agent's message as it came; written once, and only in time
CREATE UNLOGGED TABLE agent_inquiry (
    id               uuid PRIMARY KEY,
    load_balancer_id uuid NOT NULL,
    machine_id       uuid,
    kind             text NOT NULL CHECK (kind IN ('HEALTH', 'EXPLAIN', 'FILTER')),
    target_pool      text,
    ip               text,
    port             integer CHECK (port BETWEEN 1 AND 65535),
    expires_at       timestamptz NOT NULL,
    answer           jsonb,
    CHECK ((machine_id IS NULL) = (kind = 'FILTER')),
    CHECK (kind = 'HEALTH' OR ip IS NOT NULL AND port IS NOT NULL)
);
CREATE INDEX agent_inquiry_expiry ON agent_inquiry (expires_at);

CREATE FUNCTION notify_agent_inquiry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_inquiry', coalesce(NEW.machine_id::text, '') || ' ' || NEW.id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER agent_inquiry_wakes_gateways AFTER INSERT ON agent_inquiry
    FOR EACH ROW EXECUTE FUNCTION notify_agent_inquiry();

CREATE FUNCTION notify_agent_answer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_answer', NEW.id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER agent_answer_wakes_who_asked AFTER UPDATE OF answer ON agent_inquiry
    FOR EACH ROW WHEN (NEW.answer IS NOT NULL) EXECUTE FUNCTION notify_agent_answer();

-- The probe that gave the target its state; null where none did.
ALTER TABLE target_health
    ADD COLUMN probe_at          timestamptz,
    ADD COLUMN probe_millis      integer,
    ADD COLUMN probe_phase       text,
    ADD COLUMN probe_errno       integer,
    ADD COLUMN probe_http_status integer;
