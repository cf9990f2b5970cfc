-- Provisioners that live, as their agents' gateways. Each says every second that it is there; whoever has not for
-- plimsoll.provisioner.gateway.lifetime is struck off by any other, which also frees its leases and voids its streams.
CREATE TABLE gateway (
    instance   text PRIMARY KEY,
    -- Of one run of the process, or of what it is after it was struck off and came back.
    life       uuid NOT NULL UNIQUE,
    host       text NOT NULL CHECK (host <> ''),
    port       integer NOT NULL CHECK (port BETWEEN 1 AND 65535),
    -- Tells a process that has ended from one that lives, to others of the same machine.
    process    text NOT NULL,
    entered_at timestamptz NOT NULL DEFAULT clock_timestamp(),
    seen_at    timestamptz NOT NULL DEFAULT clock_timestamp()
);

CREATE FUNCTION notify_gateways() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_gateway', '');
    RETURN NULL;
END $$;

CREATE TRIGGER gateway_is_told_of AFTER INSERT OR DELETE OR UPDATE OF life, host, port ON gateway
    FOR EACH ROW EXECUTE FUNCTION notify_gateways();

-- Which gateway has the stream, and which stream is the newest: its number was drawn when it was let in, so that what a
-- gateway that was paused says of an older one counts no more.
ALTER TABLE agent_status ADD COLUMN gateway uuid;
ALTER TABLE agent_status ADD COLUMN session_number bigint NOT NULL DEFAULT 0;
CREATE SEQUENCE agent_session;
