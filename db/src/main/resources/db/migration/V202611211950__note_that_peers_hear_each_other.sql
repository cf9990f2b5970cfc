-- A machine that left the VIP because it could not hear its peer may come back when it can.
ALTER TABLE machine ADD COLUMN peer_heard_at timestamptz;
COMMENT ON COLUMN machine.peer_heard_at IS 'when it first noticed its peer''s claim to the VIP after the order to yield';
