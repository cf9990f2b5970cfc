-- Whoever had a name, load balancers that are gone as well.
CREATE INDEX load_balancer_history ON load_balancer (project_id, region_id, name, id);
