-- Who may order what, and where. Written by api-service; read by everyone.

CREATE TABLE region (
    id           text PRIMARY KEY CHECK (id ~ '^[a-z]{2,4}[0-9]{2}$'),
    display_name text NOT NULL,
    created_at   timestamptz NOT NULL DEFAULT now()
);

CREATE TABLE plan (
    region_id       text NOT NULL REFERENCES region (id),
    id              text NOT NULL CHECK (id ~ '^[a-z0-9][a-z0-9-]{0,62}$'),
    name            text NOT NULL,
    description     text NOT NULL,
    flavor_name     text NOT NULL,
    max_connections integer NOT NULL CHECK (max_connections > 0),
    PRIMARY KEY (region_id, id)
);

CREATE TABLE project (
    id         uuid PRIMARY KEY DEFAULT uuidv7(),
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 253),
    created_at timestamptz NOT NULL DEFAULT now()
);

-- No row means the defaults of api-service's configuration; -1 means unlimited.
CREATE TABLE project_quota (
    project_id         uuid NOT NULL REFERENCES project (id),
    region_id          text NOT NULL REFERENCES region (id),
    max_load_balancers integer NOT NULL CHECK (max_load_balancers BETWEEN -1 AND 1000000),
    max_credentials    integer NOT NULL CHECK (max_credentials BETWEEN -1 AND 1000000),
    PRIMARY KEY (project_id, region_id)
);

-- Tokens are 256 random bits, so a plain SHA-256 is a safe hash and can be looked up by an index.
CREATE TABLE api_token (
    id           uuid PRIMARY KEY DEFAULT uuidv7(),
    sha256       bytea NOT NULL UNIQUE CHECK (length(sha256) = 32),
    name         text NOT NULL,
    role         text NOT NULL CHECK (role IN ('nlb.admin', 'nlb.reader', 'operator')),
    project_id   uuid REFERENCES project (id),
    created_at   timestamptz NOT NULL DEFAULT now(),
    expires_at   timestamptz,
    last_used_at timestamptz,
    revoked_at   timestamptz,
    CHECK ((role = 'operator') = (project_id IS NULL))
);

INSERT INTO region (id, display_name) VALUES
    ('eu01', 'Region EU01'),
    ('eu02', 'Region EU02');

INSERT INTO plan (region_id, id, name, description, flavor_name, max_connections) VALUES
    ('eu01', 'p10',   'Essential-Network-Load-Balancer-10-EU01',   'Up to 10,000 connections',    't1.2',        10000),
    ('eu01', 'p50',   'Essential-Network-Load-Balancer-50-EU01',   'Up to 50,000 connections',    's1a.4d',      50000),
    ('eu01', 'p250',  'Essential-Network-Load-Balancer-250-EU01',  'Up to 250,000 connections',   's1a.8d',      250000),
    ('eu01', 'p750',  'Essential-Network-Load-Balancer-750-EU01',  'Up to 750,000 connections',   's1a.16d',     750000),
    ('eu01', 'p1500', 'Essential-Network-Load-Balancer-1500-EU01', 'Up to 1,500,000 connections', 's1a.60d',     1500000),
    ('eu02', 'p10',   'Essential-Network-Load-Balancer-10-EU02',   'Up to 10,000 connections',    't3i.1-EU02',  10000),
    ('eu02', 'p50',   'Essential-Network-Load-Balancer-50-EU02',   'Up to 50,000 connections',    'c2a.4d-EU02', 50000),
    ('eu02', 'p250',  'Essential-Network-Load-Balancer-250-EU02',  'Up to 250,000 connections',   'c2a.8d-EU02', 250000),
    ('eu02', 'p750',  'Essential-Network-Load-Balancer-750-EU02',  'Up to 750,000 connections',   'c2a.16d-EU02', 750000);
