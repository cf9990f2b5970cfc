-- Lists go by project and time of creation (ids are UUIDs of version 7); operators' tokens have no project.
CREATE INDEX api_token_project ON api_token (project_id, id);

ALTER TABLE api_token ADD CHECK (length(name) BETWEEN 1 AND 300);
