-- How agents' pushes of metrics and logs go, as they last said. Written by whichever gateway has the agent's stream; read by
-- the API, and by nobody who reconciles: whoever is pushed to and is not there makes no load balancer worse.
--
-- url                   without user, password and query
-- consecutive_failures  0 where the last push was taken, or there was none yet
-- dropped               samples or records that were given up since the agent began to push there
CREATE TABLE push_status (
    machine_id           uuid NOT NULL REFERENCES machine (id),
    load_balancer_id     uuid NOT NULL REFERENCES load_balancer (id),
    kind                 text NOT NULL CHECK (kind IN ('METRICS', 'LOGS')),
    url                  text NOT NULL,
    last_success_at      timestamptz,
    last_failure_at      timestamptz,
    reason               text,
    http_status          integer,
    consecutive_failures integer NOT NULL CHECK (consecutive_failures >= 0),
    dropped              bigint NOT NULL CHECK (dropped >= 0),
    -- When the last push began to be taken, or not to be.
    since                timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (machine_id, kind),
    CHECK ((last_failure_at IS NULL) = (reason IS NULL)),
    CHECK (consecutive_failures = 0 OR last_failure_at IS NOT NULL)
);
CREATE INDEX push_status_load_balancer ON push_status (load_balancer_id);

-- Agents are told of another password at once, through the gateways, which look at what is to be told whenever a
-- configuration may be new.
CREATE FUNCTION announce_credential() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_config', u.load_balancer_id::text)
    FROM credential_use u
    WHERE u.project_id = NEW.project_id AND u.region_id = NEW.region_id AND u.ref = NEW.ref;
    RETURN NULL;
END
$$;

CREATE TRIGGER credential_announced AFTER UPDATE OF username, password_sealed ON credential
    FOR EACH ROW EXECUTE FUNCTION announce_credential();
