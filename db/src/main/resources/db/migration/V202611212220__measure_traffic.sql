-- What went through load balancers, for consoles. Two rings: a row's place in each is its time modulo the ring's length, so
-- that neither can hold more rows than it has places, whoever forgets to remove any.
--
-- traffic_minute  what one agent said, in slots of 5 s, of the last 90 minutes: 90 rows for each machine at most. Written by
--                 the gateway. Unlogged: a crash of this server costs consoles an hour at 5 s, and nothing else.
-- traffic_hour    both agents together, in points of 5 min, of the last week and the hour that runs: 169 rows for each load
--                 balancer. Made of the minutes by api-service, again and again until an hour is complete.
--
-- minute, hour    since 1970, by this server's clock or its gateways'; never by an agent's
-- slots           by number in the minute, "0" to "11": {"active": ..., "figures": {...}} as in the agents' protocol. What
--                 is not there is not known; a figure that is not there is 0
-- points          by number in the hour, "0" to "11": {"known": slots that went in, "figures": {...}}
CREATE UNLOGGED TABLE traffic_minute (
    load_balancer_id uuid NOT NULL,
    machine_id       uuid NOT NULL,
    minute           integer NOT NULL CHECK (minute > 0),
    place            smallint GENERATED ALWAYS AS (minute % 90) STORED,
    slots            jsonb NOT NULL CHECK (pg_column_size(slots) < 32768),
    PRIMARY KEY (load_balancer_id, machine_id, place)
) WITH (fillfactor = 80);

CREATE TABLE traffic_hour (
    load_balancer_id uuid NOT NULL REFERENCES load_balancer (id),
    hour             integer NOT NULL CHECK (hour > 0),
    place            smallint GENERATED ALWAYS AS (hour % 169) STORED,
    points           jsonb NOT NULL CHECK (pg_column_size(points) < 32768),
    PRIMARY KEY (load_balancer_id, place)
) WITH (fillfactor = 80);

-- Questions of more kinds, which their asker and their answerer know: only some are about a target.
ALTER TABLE agent_inquiry
    DROP CONSTRAINT IF EXISTS agent_inquiry_kind_check,
    DROP CONSTRAINT IF EXISTS agent_inquiry_kind,
    DROP CONSTRAINT IF EXISTS agent_inquiry_check1,
    DROP CONSTRAINT IF EXISTS agent_inquiry_names_target,
    ADD CONSTRAINT agent_inquiry_kind CHECK (kind ~ '^[A-Z_]{1,32}$'),
    ADD CONSTRAINT agent_inquiry_names_target
        CHECK (kind NOT IN ('EXPLAIN', 'FILTER') OR ip IS NOT NULL AND port IS NOT NULL);
