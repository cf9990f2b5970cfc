-- Authorities come and go while agents run:
--
--   ORDERED   somebody wants a new one; the next provisioner to look makes its key
--   TRUSTED   spread to gateways and agents; certifies nobody yet
--   ISSUING   the one that certifies agents and gateways
--   RETIRING  certifies nobody any more, is still trusted
--   RETIRED   trusted by nobody, and its key is gone; the row is kept as a record
CREATE SEQUENCE authority_change;

ALTER TABLE certificate_authority
    ALTER COLUMN certificate_pem DROP NOT NULL,
    ALTER COLUMN private_key_sealed DROP NOT NULL,
    ADD COLUMN sha256 text GENERATED ALWAYS AS (encode(sha256(decode(
        regexp_replace(certificate_pem, '-----[A-Z ]+-----|\s', '', 'g'), 'base64')), 'hex')) STORED,
    ADD COLUMN state text NOT NULL DEFAULT 'ISSUING' CHECK (state IN ('ORDERED', 'TRUSTED', 'ISSUING', 'RETIRING', 'RETIRED')),
    ADD COLUMN state_since timestamptz NOT NULL DEFAULT clock_timestamp(),
    ADD COLUMN change bigint NOT NULL DEFAULT nextval('authority_change'),
    ADD COLUMN expires_at timestamptz,
    ADD COLUMN issues_at_latest timestamptz;

-- Before this the newest one was used, and none was ever made beside it.
UPDATE certificate_authority SET expires_at = created_at + interval '3650 days';
UPDATE certificate_authority SET state = 'RETIRED', private_key_sealed = NULL
WHERE id NOT IN (SELECT id FROM certificate_authority ORDER BY created_at DESC LIMIT 1);

ALTER TABLE certificate_authority
    ADD CONSTRAINT authority_made CHECK ((state = 'ORDERED') = (certificate_pem IS NULL)
        AND (certificate_pem IS NULL) = (expires_at IS NULL)),
    ADD CONSTRAINT authority_key CHECK ((state IN ('ORDERED', 'RETIRED')) = (private_key_sealed IS NULL)),
    ADD CONSTRAINT authority_spreads CHECK (state <> 'TRUSTED' OR issues_at_latest IS NOT NULL);

COMMENT ON COLUMN certificate_authority.sha256 IS 'of the certificate, as agents name it';
COMMENT ON COLUMN certificate_authority.change IS 'rises with every change of any authority; the highest is the version of the whole';
COMMENT ON COLUMN certificate_authority.issues_at_latest IS 'of a TRUSTED one: when it is not waited any longer for agents that do not trust it';

CREATE UNIQUE INDEX one_authority_issues ON certificate_authority ((true)) WHERE state = 'ISSUING';
CREATE UNIQUE INDEX one_authority_is_next ON certificate_authority ((true)) WHERE state IN ('ORDERED', 'TRUSTED');

CREATE FUNCTION notify_authority() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_authority', '');
    RETURN NULL;
END $$;

CREATE TRIGGER authority_is_told_of AFTER INSERT OR UPDATE OF change ON certificate_authority
    FOR EACH ROW EXECUTE FUNCTION notify_authority();

-- Who trusts whom: a gateway by what it has read, an agent by its word.
ALTER TABLE gateway ADD COLUMN trusts uuid[] NOT NULL DEFAULT '{}';
ALTER TABLE agent_status
    ADD COLUMN trusts       text[] NOT NULL DEFAULT '{}',
    ADD COLUMN certified_by text;

ALTER TABLE agent_certificate
    ADD COLUMN authority_id    uuid REFERENCES certificate_authority (id),
    ADD COLUMN renewable_until timestamptz;
UPDATE agent_certificate
SET authority_id = (SELECT id FROM certificate_authority WHERE state = 'ISSUING'),
    renewable_until = not_after + interval '30 days';
ALTER TABLE agent_certificate
    ALTER COLUMN authority_id SET NOT NULL,
    ALTER COLUMN renewable_until SET NOT NULL;
CREATE INDEX agent_certificate_machine ON agent_certificate (machine_id);
CREATE INDEX agent_certificate_authority ON agent_certificate (authority_id);

-- How far each authority has come. An agent is of an authority if that is what it says, or if nothing newer was made for
-- it: an answer that was lost leaves it with the certificate of before.
CREATE VIEW certificate_authority_use AS
SELECT a.id,
       (SELECT count(*) FROM gateway) AS gateways,
       (SELECT count(*) FROM gateway g WHERE a.id = ANY (g.trusts)) AS trusting_gateways,
       (SELECT count(*) FROM machine m WHERE m.state NOT IN ('DRAINING', 'DELETED')) AS agents,
       (SELECT count(*) FROM machine m JOIN agent_status s ON s.machine_id = m.id
        WHERE m.state NOT IN ('DRAINING', 'DELETED') AND a.sha256 = ANY (s.trusts)) AS trusting_agents,
       (SELECT count(*) FROM machine m LEFT JOIN agent_status s ON s.machine_id = m.id
        WHERE m.state NOT IN ('DRAINING', 'DELETED')
          AND EXISTS (
              SELECT 1 FROM agent_certificate c
              WHERE c.machine_id = m.id AND c.incarnation = m.incarnation AND c.authority_id = a.id
                AND c.revoked_at IS NULL AND c.renewable_until > clock_timestamp()
                AND (s.certified_by = a.sha256 OR NOT EXISTS (
                    SELECT 1 FROM agent_certificate newer
                    WHERE newer.machine_id = m.id AND newer.issued_at > c.issued_at)))) AS certified_agents
FROM certificate_authority a;
