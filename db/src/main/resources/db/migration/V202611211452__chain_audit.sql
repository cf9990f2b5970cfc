-- Each entry of the audit is chained to the one before it, so that a change, a gap or another order shows:
--     sha256 = sha256(sha256 of the entry before || the entry in its canonical form)
-- The first of a chain follows 32 zero bytes. An entry is appended when its transaction commits, so that others wait for
-- no more than the commit itself, and the order of a chain is the order of commits.

-- The end of each chain, beside the chain itself.
CREATE TABLE audit_chain (
    -- The project; the nil UUID for what belongs to the whole installation.
    id       uuid PRIMARY KEY,
    position bigint NOT NULL DEFAULT 0 CHECK (position >= 0),
    sha256   bytea NOT NULL DEFAULT decode(repeat('00', 32), 'hex') CHECK (length(sha256) = 32)
);

CREATE TABLE audit_link (
    audit_chain_id uuid NOT NULL REFERENCES audit_chain (id),
    position       bigint NOT NULL CHECK (position >= 1),
    audit_entry_id bigint NOT NULL UNIQUE REFERENCES audit_entry (id),
    sha256         bytea NOT NULL CHECK (length(sha256) = 32),
    PRIMARY KEY (audit_chain_id, position)
);

CREATE TRIGGER audit_link_is_append_only BEFORE UPDATE OR DELETE ON audit_link
    FOR EACH ROW EXECUTE FUNCTION reject_change();

-- All columns in their order, each with its length in bytes before it, or - for null; the verifier builds the same. A
-- column that is added to audit_entry is not covered until a new form is.
CREATE FUNCTION audit_canonical_form(e audit_entry) RETURNS bytea LANGUAGE sql STABLE AS $$
    SELECT convert_to(string_agg(
        coalesce(octet_length(convert_to(field, 'UTF8')) || ':' || field, '-'), ',' ORDER BY number), 'UTF8')
    FROM unnest(ARRAY[
        e.id::text, to_char(e.at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'), e.project_id::text,
        e.author, e.client, e.request_id, e.action, e.resource, e.details::text])
        WITH ORDINALITY AS fields (field, number)
$$;

CREATE FUNCTION append_to_audit_chain(e audit_entry) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    chain uuid := coalesce(e.project_id, '00000000-0000-0000-0000-000000000000');
    head  audit_chain;
BEGIN
    LOOP
        SELECT * INTO head FROM audit_chain WHERE id = chain FOR UPDATE;
        EXIT WHEN FOUND;
        INSERT INTO audit_chain (id) VALUES (chain) ON CONFLICT DO NOTHING;
    END LOOP;
    head.position := head.position + 1;
    head.sha256 := sha256(head.sha256 || audit_canonical_form(e));
    INSERT INTO audit_link VALUES (chain, head.position, e.id, head.sha256);
    UPDATE audit_chain SET position = head.position, sha256 = head.sha256 WHERE id = chain;
END $$;

-- Those that there are, in the order in which they were numbered.
DO $$
DECLARE
    e audit_entry;
BEGIN
    FOR e IN SELECT * FROM audit_entry ORDER BY id LOOP
        PERFORM append_to_audit_chain(e);
    END LOOP;
END $$;

CREATE FUNCTION chain_audit_entry() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM append_to_audit_chain(NEW);
    RETURN NULL;
END $$;

CREATE CONSTRAINT TRIGGER audit_entry_is_chained AFTER INSERT ON audit_entry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION chain_audit_entry();
