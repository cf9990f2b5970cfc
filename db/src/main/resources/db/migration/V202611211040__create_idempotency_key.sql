-- Answers to POSTs that named an Idempotency-Key, so that a repetition gets the same answer and does nothing again. A row
-- commits with the write that it answers. Of key and request there are only hashes; the key is part of what the request's
-- is made from, so that secrets in a request cannot be guessed by it.
CREATE TABLE idempotency_key (
    project_id     uuid NOT NULL REFERENCES project (id),
    key_sha256     text NOT NULL CHECK (key_sha256 ~ '^[0-9a-f]{64}$'),
    request_sha256 text NOT NULL CHECK (request_sha256 ~ '^[0-9a-f]{64}$'),
    expires_at     timestamptz NOT NULL,
    status         smallint NOT NULL CHECK (status BETWEEN 200 AND 299),
    headers        jsonb NOT NULL,
    body           text NOT NULL,
    PRIMARY KEY (project_id, key_sha256)
);
CREATE INDEX idempotency_key_expiry ON idempotency_key (expires_at);
