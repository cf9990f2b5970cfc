-- What operators take out of use stays known: load balancers, history and bills refer to it.

-- Cannot be ordered any more; load balancers that have it keep it.
ALTER TABLE plan ADD COLUMN retired_at timestamptz;

-- Nobody can use it any more. Only a project without load balancers comes here.
ALTER TABLE project ADD COLUMN deleted_at timestamptz;

CREATE INDEX project_name ON project (name COLLATE "C", id) WHERE deleted_at IS NULL;

CREATE INDEX audit_entry_at ON audit_entry (at);
