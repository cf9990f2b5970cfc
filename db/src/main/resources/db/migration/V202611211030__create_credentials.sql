-- What load balancers authenticate with where they ship metrics and logs to. Written by api-service.
CREATE TABLE credential (
    id              uuid PRIMARY KEY,
    project_id      uuid NOT NULL REFERENCES project (id),
    region_id       text NOT NULL REFERENCES region (id),
    ref             text NOT NULL CHECK (ref ~ '^credentials-[0-9a-z]{5,}$'),
    display_name    text NOT NULL CHECK (display_name ~ '^[0-9a-z](?:(?:[0-9a-z]|-){0,251}[0-9a-z])?$'),
    username        text NOT NULL,
    -- Sealed with the installation's key, which is never in the database, for this row alone.
    password_sealed bytea NOT NULL,
    created_at      timestamptz NOT NULL DEFAULT now(),
    updated_at      timestamptz NOT NULL DEFAULT now(),
    UNIQUE (project_id, region_id, ref)
);

-- The credentials that the newest accepted spec of each load balancer names; none once its removal is requested. A
-- credential with a row here cannot be deleted, whoever tries.
CREATE TABLE credential_use (
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    project_id       uuid NOT NULL,
    region_id        text NOT NULL,
    ref              text NOT NULL,
    PRIMARY KEY (load_balancer_id, ref),
    FOREIGN KEY (project_id, region_id, ref) REFERENCES credential (project_id, region_id, ref)
);
CREATE INDEX credential_use_credential ON credential_use (project_id, region_id, ref);
