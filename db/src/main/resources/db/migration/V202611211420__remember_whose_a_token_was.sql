-- The answer to an enrolment may be lost. Whoever spent the token may ask again, and is known by the key.
ALTER TABLE enrolment_token ADD COLUMN key_sha256 bytea CHECK (length(key_sha256) = 32);
