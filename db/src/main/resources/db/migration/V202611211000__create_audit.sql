-- Who wrote what, by which request. An entry commits with the write that it tells of.
CREATE TABLE audit_entry (
    id         bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at         timestamptz NOT NULL DEFAULT clock_timestamp(),
    -- Null: what belongs to the whole installation (plans, prices, operators' tokens).
    project_id uuid REFERENCES project (id),
    author     text NOT NULL,
    client     text,
    request_id text NOT NULL,
    action     text NOT NULL CHECK (action ~ '^[a-z-]+\.[a-z-]+$'),
    resource   text NOT NULL,
    details    jsonb NOT NULL DEFAULT '{}'
);
CREATE INDEX audit_entry_project ON audit_entry (project_id, id);

CREATE TRIGGER audit_entry_is_append_only BEFORE UPDATE OR DELETE ON audit_entry
    FOR EACH ROW EXECUTE FUNCTION reject_change();

-- How large one load balancer of the project may be; at most what the API takes from anyone.
ALTER TABLE project
    ADD COLUMN max_listeners integer NOT NULL DEFAULT 20 CHECK (max_listeners BETWEEN 1 AND 20),
    ADD COLUMN max_targets   integer NOT NULL DEFAULT 250 CHECK (max_targets BETWEEN 1 AND 250);
