-- Orders to machines. They are rows, so that they outlive whoever gave them and reach the agent through whichever gateway
-- it has its stream to.
--
-- yield_*     the machine is to leave the VIP to its peer, as long as this stands
-- replace_*   the machine is to be followed by another one; its peer goes first where both are
-- drain_until a DRAINING machine may keep its connections until then; null is at once
ALTER TABLE machine
    ADD COLUMN yield_requested_at   timestamptz,
    ADD COLUMN yield_reason         text CHECK (yield_reason IN ('FAILOVER', 'REPLACEMENT', 'PARTITION')),
    ADD COLUMN last_yield_at        timestamptz,
    ADD COLUMN last_yield_reason    text,
    ADD COLUMN replace_requested_at timestamptz,
    ADD COLUMN replace_reason       text CHECK (replace_reason IN ('OPERATOR', 'AGENT_UPGRADE', 'PLAN')),
    ADD COLUMN shape                text NOT NULL DEFAULT '',
    ADD COLUMN drain_until          timestamptz,
    ADD COLUMN last_active_at       timestamptz,
    ADD COLUMN found_dead_at        timestamptz,
    ADD COLUMN lost_connections     integer,
    ADD CONSTRAINT machine_yield CHECK ((yield_requested_at IS NULL) = (yield_reason IS NULL)),
    ADD CONSTRAINT machine_replacement CHECK ((replace_requested_at IS NULL) = (replace_reason IS NULL));

COMMENT ON COLUMN machine.last_yield_at IS 'when the last order to yield was given, whether it stands or not';
COMMENT ON COLUMN machine.shape IS 'what its driver made of the plan; another shape is another machine';
COMMENT ON COLUMN machine.last_active_at IS 'when its agent was last seen to become active';
COMMENT ON COLUMN machine.found_dead_at IS 'when its driver first called it dead; null again when it is back';
COMMENT ON COLUMN machine.lost_connections IS 'what its agent last said to have when it was found dead';

CREATE INDEX machine_found_dead ON machine (found_dead_at) WHERE found_dead_at IS NOT NULL;

-- Only an agent that says so understands an order to yield.
ALTER TABLE agent_status ADD COLUMN yields boolean NOT NULL DEFAULT false;

CREATE FUNCTION notify_machine_order() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_machine', NEW.id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER machine_order_wakes_gateways AFTER UPDATE ON machine FOR EACH ROW
    WHEN (NEW.yield_reason IS DISTINCT FROM OLD.yield_reason
          OR NEW.state = 'DRAINING' AND OLD.state <> 'DRAINING')
    EXECUTE FUNCTION notify_machine_order();

-- What is known of each time that a VIP went from one machine to another.
CREATE TABLE failover (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    project_id       uuid NOT NULL REFERENCES project (id),
    noted_at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    from_machine     uuid REFERENCES machine (id),
    to_machine       uuid NOT NULL REFERENCES machine (id),
    cause            text NOT NULL CHECK (cause IN ('MACHINE_DIED', 'FAILOVER', 'REPLACEMENT', 'PARTITION', 'VIP_LOST', 'UNKNOWN')),
    detected_at      timestamptz,
    vip_moved_at     timestamptz NOT NULL,
    gap_millis       bigint CHECK (gap_millis >= 0),
    connections      integer
);
CREATE INDEX failover_load_balancer ON failover (load_balancer_id, id);
