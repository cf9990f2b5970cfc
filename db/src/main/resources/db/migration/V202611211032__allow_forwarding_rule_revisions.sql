-- A forwarding rule is a listener and a target pool, written as one.
ALTER TABLE load_balancer_revision
    DROP CONSTRAINT load_balancer_revision_reason_check,
    ADD CONSTRAINT load_balancer_revision_reason_check CHECK (
        reason IN ('CREATE', 'UPDATE', 'UPDATE_TARGET_POOL', 'UPDATE_FORWARDING_RULES', 'RESTORE'));
