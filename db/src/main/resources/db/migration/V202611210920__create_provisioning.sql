-- How orders become running agents. Written by the provisioner; api-service reads, and adds work through enqueue_work().

-- One coalescing row per load balancer that somebody has a reason to look at. Claimed with SKIP LOCKED under a lease;
-- every write of a step is conditional on (load_balancer_id, lease_epoch), so that a worker that was paused past its
-- lease can do no harm. Done = delete if `change` is still the one that was claimed.
CREATE TABLE work_item (
    load_balancer_id uuid PRIMARY KEY REFERENCES load_balancer (id),
    project_id       uuid NOT NULL REFERENCES project (id),
    change           bigint NOT NULL DEFAULT 1,
    reason           text NOT NULL,
    enqueued_at      timestamptz NOT NULL DEFAULT clock_timestamp(),
    not_before       timestamptz NOT NULL DEFAULT clock_timestamp(),
    attempt          integer NOT NULL DEFAULT 0,
    waiting_for      text,
    waiting_since    timestamptz,
    lease_owner      text,
    lease_epoch      bigint,
    lease_until      timestamptz,
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL))
);
CREATE INDEX work_item_due ON work_item (not_before);

CREATE SEQUENCE lease_epoch;

-- The one way to ask for a look at a load balancer. Call it in the transaction that makes the look necessary.
CREATE FUNCTION enqueue_work(lb uuid, why text) RETURNS void LANGUAGE sql AS $$
    INSERT INTO work_item AS w (load_balancer_id, project_id, reason)
    SELECT id, project_id, why FROM load_balancer WHERE id = lb AND removed_at IS NULL
    ON CONFLICT (load_balancer_id) DO UPDATE
        SET change = w.change + 1, reason = excluded.reason, attempt = 0,
            not_before = least(w.not_before, excluded.not_before);
    SELECT pg_notify('plimsoll_work', lb::text);
$$;

-- The typed document that agents run, whole, newest revision wins. Its text is what the hash covers.
CREATE TABLE config_revision (
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    revision         bigint NOT NULL CHECK (revision >= 1),
    generation       bigint NOT NULL,
    document         text NOT NULL,
    sha256           text NOT NULL CHECK (sha256 ~ '^[0-9a-f]{64}$'),
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    PRIMARY KEY (load_balancer_id, revision)
);

CREATE FUNCTION notify_config() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_config', NEW.load_balancer_id::text);
    RETURN NULL;
END $$;

CREATE TRIGGER config_revision_wakes_gateways AFTER INSERT ON config_revision
    FOR EACH ROW EXECUTE FUNCTION notify_config();

-- A machine that an agent runs on. Rows are written before the machine exists (INTENT) and kept after it is gone
-- (DELETED), so that nothing can be made or forgotten in between. `incarnation` rises with every machine of a slot.
CREATE TABLE machine (
    id               uuid PRIMARY KEY,
    project_id       uuid NOT NULL REFERENCES project (id),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    slot             smallint NOT NULL CHECK (slot IN (0, 1)),
    incarnation      bigint NOT NULL,
    driver           text NOT NULL,
    state            text NOT NULL CHECK (state IN ('INTENT', 'CREATING', 'ENROLLED', 'STANDBY', 'ACTIVE', 'DRAINING', 'DELETED')),
    state_since      timestamptz NOT NULL DEFAULT clock_timestamp(),
    created_at       timestamptz NOT NULL DEFAULT clock_timestamp(),
    UNIQUE (load_balancer_id, slot, incarnation)
);
CREATE UNIQUE INDEX machine_slot ON machine (load_balancer_id, slot) WHERE state NOT IN ('DRAINING', 'DELETED');

-- What an agent last said of itself, and whether its stream is open.
CREATE TABLE agent_status (
    machine_id         uuid PRIMARY KEY REFERENCES machine (id),
    load_balancer_id   uuid NOT NULL REFERENCES load_balancer (id),
    session_id         uuid NOT NULL,
    connected          boolean NOT NULL,
    connected_since    timestamptz NOT NULL,
    pid                bigint NOT NULL,
    agent_version      text NOT NULL,
    admin_address      text,
    connection_limit   integer NOT NULL,
    role               text NOT NULL CHECK (role IN ('STARTING', 'STANDBY', 'ACTIVE')),
    role_since         timestamptz NOT NULL,
    applied_revision   bigint NOT NULL DEFAULT 0,
    applied_generation bigint NOT NULL DEFAULT 0,
    applied_sha256     text,
    applied_at         timestamptz,
    refused_revision   bigint,
    refused_code       text,
    refused_path       text,
    refused_detail     text
);
CREATE INDEX agent_status_load_balancer ON agent_status (load_balancer_id);

-- Unlogged: losing it costs one heartbeat interval.
CREATE UNLOGGED TABLE agent_heartbeat (
    machine_id         uuid PRIMARY KEY,
    seen_at            timestamptz NOT NULL,
    active_connections integer NOT NULL
);

CREATE TABLE target_health (
    machine_id       uuid NOT NULL REFERENCES machine (id),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    target_pool      text NOT NULL,
    ip               inet NOT NULL,
    port             integer NOT NULL,
    state            text NOT NULL CHECK (state IN ('INITIAL', 'HEALTHY', 'UNHEALTHY', 'DRAINING')),
    reason           text NOT NULL,
    detail           text NOT NULL,
    since            timestamptz NOT NULL,
    PRIMARY KEY (machine_id, target_pool, ip, port)
);
CREATE INDEX target_health_load_balancer ON target_health (load_balancer_id);

-- The built-in CA. The key is sealed with the installation's key, which is never in the database.
CREATE TABLE certificate_authority (
    id                 uuid PRIMARY KEY,
    certificate_pem    text NOT NULL,
    private_key_sealed bytea NOT NULL,
    created_at         timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE enrolment_token (
    sha256      bytea PRIMARY KEY CHECK (length(sha256) = 32),
    machine_id  uuid NOT NULL REFERENCES machine (id),
    incarnation bigint NOT NULL,
    expires_at  timestamptz NOT NULL,
    used_at     timestamptz
);

CREATE TABLE agent_certificate (
    serial      text PRIMARY KEY,
    machine_id  uuid NOT NULL REFERENCES machine (id),
    incarnation bigint NOT NULL,
    issued_at   timestamptz NOT NULL DEFAULT now(),
    not_after   timestamptz NOT NULL,
    revoked_at  timestamptz
);
