-- Programs that prove who they are with a private key of their own. Ids are random UUIDs (version 4), the only kind that
-- every client takes. What is deleted is gone; the audit remembers it.
CREATE TABLE service_account (
    id          uuid PRIMARY KEY,
    project_id  uuid NOT NULL REFERENCES project (id),
    name        text NOT NULL CHECK (name ~ '^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$'),
    created_at  timestamptz NOT NULL DEFAULT now(),
    disabled_at timestamptz,
    UNIQUE (project_id, name)
);

-- What an account may do, in its own project and in others.
CREATE TABLE service_account_role (
    service_account_id uuid NOT NULL REFERENCES service_account (id) ON DELETE CASCADE,
    project_id         uuid NOT NULL REFERENCES project (id),
    role               text NOT NULL CHECK (role IN ('nlb.admin', 'nlb.reader')),
    PRIMARY KEY (service_account_id, project_id)
);
CREATE INDEX service_account_role_project ON service_account_role (project_id);

CREATE TABLE service_account_key (
    id                 uuid PRIMARY KEY,
    service_account_id uuid NOT NULL REFERENCES service_account (id) ON DELETE CASCADE,
    -- X.509 SubjectPublicKeyInfo.
    public_key         bytea NOT NULL,
    origin             text NOT NULL CHECK (origin IN ('GENERATED', 'USER_PROVIDED')),
    created_at         timestamptz NOT NULL DEFAULT now(),
    valid_until        timestamptz,
    last_used_at       timestamptz
);
CREATE INDEX service_account_key_account ON service_account_key (service_account_id, created_at);

-- Assertions that were used, until they would have expired: each is good once.
CREATE TABLE used_assertion (
    service_account_key_id uuid NOT NULL REFERENCES service_account_key (id) ON DELETE CASCADE,
    jti                    text NOT NULL CHECK (length(jti) BETWEEN 1 AND 255),
    expires_at             timestamptz NOT NULL,
    PRIMARY KEY (service_account_key_id, jti)
);
CREATE INDEX used_assertion_expires ON used_assertion (expires_at);

-- Sign the tokens of service accounts. The newest signs; tokens of those before it are good until the key is retired.
CREATE TABLE signing_key (
    id          uuid PRIMARY KEY,
    public_key  bytea NOT NULL,
    -- PKCS #8, sealed with the installation's key.
    private_key bytea NOT NULL,
    created_at  timestamptz NOT NULL DEFAULT clock_timestamp(),
    retired_at  timestamptz
);
