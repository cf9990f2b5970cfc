-- Stops automatic replacement while too many machines are found dead at once. One row; every provisioner evaluates it from
-- the same rows of `machine`, so that all replicas agree. Deaths before `released_at` do not count.
CREATE TABLE brake (
    one         boolean PRIMARY KEY DEFAULT true CHECK (one),
    engaged_at  timestamptz,
    dead        integer NOT NULL DEFAULT 0,
    places      integer NOT NULL DEFAULT 0,
    allowed     integer NOT NULL DEFAULT 0,
    released_at timestamptz,
    released_by text
);
INSERT INTO brake DEFAULT VALUES;

COMMENT ON COLUMN brake.dead IS 'places whose machine was found dead within the window';
COMMENT ON COLUMN brake.places IS 'places of machines in the installation';
COMMENT ON COLUMN brake.allowed IS 'dead ones up to which replacement goes on';
