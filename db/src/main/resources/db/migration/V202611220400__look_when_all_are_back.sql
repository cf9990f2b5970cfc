-- Whether nothing but a look that is not urgent is asked for, and its turn has not come.
CREATE FUNCTION is_in_turn(lb uuid) RETURNS boolean LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT 1 FROM work_item
        WHERE load_balancer_id = lb AND reason IN ('START', 'GATEWAY_LOST') AND attempt = 0
          AND lease_until IS NULL AND not_before > clock_timestamp())
$$;
