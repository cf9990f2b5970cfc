-- Every claim counts the leases of each project: few rows, among as many as there are load balancers.
CREATE INDEX work_item_leased ON work_item (project_id) WHERE lease_until IS NOT NULL;

-- A machine that is given a token, or removed, is looked up among all machines.
CREATE INDEX enrolment_token_machine ON enrolment_token (machine_id);
