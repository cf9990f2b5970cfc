-- Networks that the operator has told of. Optional: one that is not here is taken as it is.
CREATE TABLE network (
    project_id uuid NOT NULL REFERENCES project (id),
    network_id uuid NOT NULL,
    name       text NOT NULL CHECK (length(name) BETWEEN 1 AND 253),
    cidrs      cidr[] NOT NULL CHECK (cardinality(cidrs) BETWEEN 1 AND 64),
    created_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (project_id, network_id)
);
