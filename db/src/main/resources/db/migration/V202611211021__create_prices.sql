-- What a plan costs, from when until when. Written by api-service.

CREATE EXTENSION IF NOT EXISTS btree_gist;

-- In a region at most one list is valid at a time. `valid_to` is not part of the validity; null is "until further notice".
CREATE TABLE price_list (
    id         uuid PRIMARY KEY DEFAULT uuidv7(),
    region_id  text NOT NULL REFERENCES region (id),
    currency   text NOT NULL CHECK (currency ~ '^[A-Z]{3}$'),
    valid_from timestamptz NOT NULL,
    valid_to   timestamptz,
    created_at timestamptz NOT NULL DEFAULT now(),
    CHECK (valid_to > valid_from),
    UNIQUE (id, region_id),
    CONSTRAINT price_list_validity EXCLUDE USING gist (region_id WITH =, tstzrange(valid_from, valid_to) WITH &&)
);

CREATE TABLE price (
    price_list_id uuid NOT NULL,
    region_id     text NOT NULL,
    plan_id       text NOT NULL,
    hourly        numeric(20, 12) NOT NULL CHECK (hourly >= 0),
    PRIMARY KEY (price_list_id, plan_id),
    FOREIGN KEY (price_list_id, region_id) REFERENCES price_list (id, region_id) ON DELETE CASCADE,
    FOREIGN KEY (region_id, plan_id) REFERENCES plan (region_id, id)
);

-- Bills refer to prices: of a list that is valid, or was, only an end that has not come yet can be moved.
CREATE FUNCTION reject_change_of_valid_prices() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' AND (OLD.id, OLD.region_id, OLD.currency, OLD.valid_from)
            IS DISTINCT FROM (NEW.id, NEW.region_id, NEW.currency, NEW.valid_from) THEN
        RAISE EXCEPTION 'of a price list only the end can be changed';
    ELSIF TG_OP = 'UPDATE' AND least(OLD.valid_to, NEW.valid_to) < now() THEN
        RAISE EXCEPTION 'the past of a price list cannot be changed';
    ELSIF TG_OP = 'DELETE' AND OLD.valid_from <= now() THEN
        RAISE EXCEPTION 'a price list that has been valid cannot be deleted';
    END IF;
    RETURN coalesce(NEW, OLD);
END $$;

CREATE TRIGGER price_list_keeps_its_past BEFORE UPDATE OR DELETE ON price_list
    FOR EACH ROW EXECUTE FUNCTION reject_change_of_valid_prices();

CREATE TRIGGER price_is_never_changed BEFORE UPDATE ON price
    FOR EACH ROW EXECUTE FUNCTION reject_change();

WITH list AS (
    INSERT INTO price_list (region_id, currency, valid_from) VALUES
        ('eu01', 'EUR', '2026-01-01T00:00:00Z'),
        ('eu02', 'EUR', '2026-01-01T00:00:00Z')
    RETURNING id, region_id)
INSERT INTO price (price_list_id, region_id, plan_id, hourly)
SELECT list.id, plan.region_id, plan.id, price.hourly
FROM (VALUES
    ('p10',   0.01304166667),
    ('p50',   0.01792916667),
    ('p250',  0.03545277778),
    ('p750',  0.07050305556),
    ('p1500', 0.14059444444)) AS price (plan_id, hourly)
JOIN plan ON plan.id = price.plan_id
JOIN list ON list.region_id = plan.region_id;
