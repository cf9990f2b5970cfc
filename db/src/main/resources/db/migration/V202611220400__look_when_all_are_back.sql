-- After a start, or when a gateway has gone, looks that are not urgent have turns, and agents come back in a crowd. One look
-- at both of a load balancer's is enough then, and does not wait for its turn: the last that comes asks for it.
CREATE FUNCTION enqueue_arrival(lb uuid, arrived uuid) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    -- Of two that come at the same time the second waits here until the first is written down, and sees it.
    PERFORM 1 FROM work_item WHERE load_balancer_id = lb FOR UPDATE;
    IF EXISTS (SELECT 1 FROM work_item
               WHERE load_balancer_id = lb AND reason IN ('START', 'GATEWAY_LOST') AND attempt = 0
                 AND lease_until IS NULL AND not_before > clock_timestamp())
       AND EXISTS (SELECT 1 FROM machine m LEFT JOIN agent_status a ON a.machine_id = m.id AND a.connected
                   WHERE m.load_balancer_id = lb AND m.id <> arrived
                     AND m.state NOT IN ('DRAINING', 'DELETED') AND a.machine_id IS NULL) THEN
        RETURN;
    END IF;
    PERFORM enqueue_work(lb, 'AGENT_CONNECTED');
END $$;
