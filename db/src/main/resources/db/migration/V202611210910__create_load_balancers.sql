-- What tenants ordered. Written by api-service, except the columns marked "provisioner".

-- A row outlives its load balancer (removed_at): history and bills refer to it.
CREATE TABLE load_balancer (
    id                    uuid PRIMARY KEY DEFAULT uuidv7(),
    project_id            uuid NOT NULL REFERENCES project (id),
    region_id             text NOT NULL REFERENCES region (id),
    name                  text NOT NULL CHECK (name ~ '^[0-9a-z](?:(?:[0-9a-z]|-){0,61}[0-9a-z])?$'),
    -- Counts accepted writes of the spec; `version` in the API is derived from it alone.
    generation            bigint NOT NULL CHECK (generation >= 1),
    -- provisioner: the generation that the active agent serves.
    observed_generation   bigint NOT NULL DEFAULT 0 CHECK (observed_generation BETWEEN 0 AND generation),
    -- provisioner: set at the first READY and never cleared.
    first_ready_at        timestamptz,
    created_at            timestamptz NOT NULL DEFAULT now(),
    deletion_requested_at timestamptz,
    deletion_author       text,
    -- provisioner: everything that belonged to it is gone.
    removed_at            timestamptz,
    CHECK (removed_at IS NULL OR deletion_requested_at IS NOT NULL),
    CHECK ((deletion_requested_at IS NULL) = (deletion_author IS NULL))
);

CREATE UNIQUE INDEX load_balancer_name ON load_balancer (project_id, region_id, name COLLATE "C")
    WHERE removed_at IS NULL;

-- Every accepted spec, for ever. `spec` is the request in the shape of the API's LoadBalancer without read-only members:
-- what the tenant wrote, defaults that the contract materialises (planId, displayName) filled in, nothing else.
CREATE TABLE load_balancer_revision (
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    generation       bigint NOT NULL CHECK (generation >= 1),
    spec             jsonb NOT NULL,
    author           text NOT NULL,
    client           text,
    request_id       text NOT NULL,
    reason           text NOT NULL CHECK (reason IN ('CREATE', 'UPDATE', 'UPDATE_TARGET_POOL', 'RESTORE')),
    created_at       timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (load_balancer_id, generation)
);

CREATE FUNCTION reject_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is append-only', TG_TABLE_NAME;
END $$;

CREATE TRIGGER load_balancer_revision_is_append_only BEFORE UPDATE OR DELETE ON load_balancer_revision
    FOR EACH ROW EXECUTE FUNCTION reject_change();

-- Two per load balancer, made with it so that their ids are known in the first answer and never change.
CREATE TABLE security_group (
    id               uuid PRIMARY KEY,
    project_id       uuid NOT NULL REFERENCES project (id),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    kind             text NOT NULL CHECK (kind IN ('TARGET', 'LOAD_BALANCER')),
    name             text NOT NULL,
    UNIQUE (load_balancer_id, kind)
);

-- provisioner: addresses that Plimsoll allocated. `scope` is where an address is unique: a driver's name or a network's id.
CREATE TABLE address (
    scope            text NOT NULL,
    address          inet NOT NULL CHECK (masklen(address) IN (32, 128)),
    kind             text NOT NULL CHECK (kind IN ('PRIVATE', 'EPHEMERAL')),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    PRIMARY KEY (scope, address),
    UNIQUE (load_balancer_id, kind)
);

-- provisioner: who listens where. An address and port belong to one load balancer at a time.
CREATE TABLE listener_claim (
    scope            text NOT NULL,
    address          inet NOT NULL,
    transport        text NOT NULL CHECK (transport IN ('TCP', 'UDP')),
    port             integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    PRIMARY KEY (scope, address, transport, port)
);
CREATE INDEX listener_claim_load_balancer ON listener_claim (load_balancer_id);

-- provisioner: what is true of a load balancer now, since when, and why. The API computes the status from these.
--   FEASIBLE   FALSE: the spec cannot be served as it is; `reason` is an errors[].type of the API
--   SERVING    TRUE: an active agent answers on the VIP
--   APPLIED    TRUE: that agent serves `generation`
--   REDUNDANT  TRUE: a second agent stands by with the same configuration
CREATE TABLE condition (
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    type             text NOT NULL CHECK (type IN ('FEASIBLE', 'SERVING', 'APPLIED', 'REDUNDANT')),
    status           text NOT NULL CHECK (status IN ('TRUE', 'FALSE', 'UNKNOWN')),
    reason           text NOT NULL,
    message          text NOT NULL,
    generation       bigint NOT NULL,
    since            timestamptz NOT NULL,
    PRIMARY KEY (load_balancer_id, type),
    CONSTRAINT infeasible_for_a_reason_that_the_api_knows CHECK (
        type <> 'FEASIBLE' OR status <> 'FALSE' OR reason IN (
            'TYPE_INTERNAL', 'TYPE_QUOTA_SECGROUP_EXCEEDED', 'TYPE_QUOTA_SECGROUPRULE_EXCEEDED', 'TYPE_PORT_NOT_CONFIGURED',
            'TYPE_FIP_NOT_CONFIGURED', 'TYPE_TARGET_NOT_ACTIVE', 'TYPE_METRICS_MISCONFIGURED', 'TYPE_LOGS_MISCONFIGURED',
            'TYPE_FIP_NOT_FOUND', 'TYPE_IP_EXHAUSTED', 'TYPE_DNS_NOT_CONFIGURED', 'TYPE_VM_PORT_NOT_CONFIGURED'))
);

CREATE TABLE event (
    id               bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    project_id       uuid NOT NULL REFERENCES project (id),
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    at               timestamptz NOT NULL DEFAULT clock_timestamp(),
    type             text NOT NULL,
    message          text NOT NULL,
    details          jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX event_load_balancer ON event (project_id, load_balancer_id, id);
