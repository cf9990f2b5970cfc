-- Streams of events are woken by whoever writes events, and lists go by project as well as by load balancer.
CREATE FUNCTION notify_event() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    PERFORM pg_notify('plimsoll_event', '');
    RETURN NULL;
END $$;

CREATE TRIGGER event_wakes_streams AFTER INSERT ON event
    FOR EACH STATEMENT EXECUTE FUNCTION notify_event();

CREATE INDEX event_project ON event (project_id, id);

-- For the removal of old ones.
CREATE INDEX event_at ON event (at);
