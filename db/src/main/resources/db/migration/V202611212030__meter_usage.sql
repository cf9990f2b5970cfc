-- How long each load balancer had which plan, from its first READY until its deletion was asked for. Written by the triggers
-- below, in the transactions that make it true, whoever they belong to; read by api-service, which derives the same from
-- revisions to check it. No prices: what it cost is a matter of the price lists that were in force.
--
-- Bounds are whole seconds, and an interval ends where the next one begins. Time comes from this server. Where its clock is
-- set back, an interval begins no earlier than the one before it.
CREATE TABLE usage_interval (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id       uuid NOT NULL REFERENCES project (id),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    -- No foreign key to the plan: metering never stands in the way of what it measures.
    plan_id          text NOT NULL,
    starts_at        timestamptz NOT NULL CHECK (starts_at = date_trunc('second', starts_at, 'UTC')),
    -- Null while it goes on. The same as starts_at where it was over within a second.
    ends_at          timestamptz CHECK (ends_at >= starts_at AND ends_at = date_trunc('second', ends_at, 'UTC')),
    CONSTRAINT usage_interval_overlap
        EXCLUDE USING gist (load_balancer_id WITH =, tstzrange(starts_at, ends_at) WITH &&)
);
CREATE INDEX usage_interval_load_balancer ON usage_interval (project_id, load_balancer_id, starts_at);

CREATE FUNCTION reject_change_of_usage() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND OLD.ends_at IS NULL AND NEW.ends_at IS NOT NULL
            AND (OLD.id, OLD.project_id, OLD.load_balancer_id, OLD.plan_id, OLD.starts_at)
              = (NEW.id, NEW.project_id, NEW.load_balancer_id, NEW.plan_id, NEW.starts_at) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'usage_interval is append-only; only an open end can be set, once';
END $$;

CREATE TRIGGER usage_interval_is_append_only BEFORE UPDATE OR DELETE ON usage_interval
    FOR EACH ROW EXECUTE FUNCTION reject_change_of_usage();

-- All that there is to meter about a load balancer, from its revisions.
CREATE FUNCTION append_usage(lb load_balancer) RETURNS void LANGUAGE sql AS $$
    INSERT INTO usage_interval (project_id, load_balancer_id, plan_id, starts_at, ends_at)
    WITH revision AS (
        SELECT generation, created_at, spec ->> 'planId' AS plan_id,
               lag(spec ->> 'planId') OVER (ORDER BY generation) AS before
        FROM load_balancer_revision WHERE load_balancer_id = lb.id),
    plan_change AS (
        SELECT generation, plan_id, date_trunc('second', greatest(lb.first_ready_at,
                   max(created_at) OVER (ORDER BY generation)), 'UTC') AS at
        FROM revision WHERE plan_id IS DISTINCT FROM before),
    stretch AS (
        SELECT plan_id, at AS starts_at, lead(at) OVER (ORDER BY generation) AS next
        FROM plan_change)
    SELECT lb.project_id, lb.id, plan_id, starts_at,
           coalesce(next, CASE WHEN lb.deletion_requested_at IS NOT NULL
               THEN greatest(date_trunc('second', lb.deletion_requested_at, 'UTC'), starts_at) END)
    FROM stretch WHERE plan_id IS NOT NULL AND next IS DISTINCT FROM starts_at
    ORDER BY starts_at
$$;

-- Whoever comes here holds the row of the load balancer, so that nothing is metered twice or left out.
CREATE FUNCTION meter_load_balancer() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.first_ready_at IS NULL AND NEW.first_ready_at IS NOT NULL THEN
        PERFORM append_usage(NEW);
    ELSIF OLD.deletion_requested_at IS NULL AND NEW.deletion_requested_at IS NOT NULL THEN
        UPDATE usage_interval
        SET ends_at = greatest(date_trunc('second', NEW.deletion_requested_at, 'UTC'), starts_at)
        WHERE load_balancer_id = NEW.id AND ends_at IS NULL;
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER load_balancer_is_metered AFTER UPDATE ON load_balancer FOR EACH ROW
    WHEN ((OLD.first_ready_at IS NULL) <> (NEW.first_ready_at IS NULL)
        OR (OLD.deletion_requested_at IS NULL) <> (NEW.deletion_requested_at IS NULL))
    EXECUTE FUNCTION meter_load_balancer();

CREATE FUNCTION meter_plan_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    lb     load_balancer;
    latest usage_interval;
    since  timestamptz;
BEGIN
    SELECT * INTO lb FROM load_balancer WHERE id = NEW.load_balancer_id FOR NO KEY UPDATE;
    IF lb.first_ready_at IS NULL OR lb.deletion_requested_at IS NOT NULL THEN
        RETURN NULL;
    END IF;
    SELECT * INTO latest FROM usage_interval
    WHERE project_id = lb.project_id AND load_balancer_id = lb.id ORDER BY starts_at DESC, id DESC LIMIT 1;
    IF latest.ends_at IS NULL AND latest.plan_id IS NOT DISTINCT FROM NEW.spec ->> 'planId' THEN
        RETURN NULL;
    END IF;
    since := greatest(date_trunc('second', greatest(NEW.created_at, lb.first_ready_at), 'UTC'),
        latest.starts_at, latest.ends_at);
    UPDATE usage_interval SET ends_at = since WHERE id = latest.id AND ends_at IS NULL;
    IF NEW.spec ? 'planId' THEN
        INSERT INTO usage_interval (project_id, load_balancer_id, plan_id, starts_at)
        VALUES (lb.project_id, lb.id, NEW.spec ->> 'planId', since);
    END IF;
    RETURN NULL;
END $$;

CREATE TRIGGER plan_change_is_metered AFTER INSERT ON load_balancer_revision
    FOR EACH ROW EXECUTE FUNCTION meter_plan_change();

-- Those that there are.
SELECT append_usage(lb) FROM load_balancer lb WHERE first_ready_at IS NOT NULL;
