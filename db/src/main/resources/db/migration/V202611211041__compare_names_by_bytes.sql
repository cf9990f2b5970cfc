-- The index on names compares by bytes, and serves only queries that do so too; now they all do, without saying it.
ALTER TABLE load_balancer ALTER COLUMN name TYPE text COLLATE "C";
