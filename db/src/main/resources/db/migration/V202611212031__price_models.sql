-- How a project pays, from the beginning of which month (UTC). Without a row: PAY_AS_YOU_GO. Written by api-service.
--   PAY_AS_YOU_GO  every hour
--   PREPAID        at most 720 hours of a load balancer in a calendar month
CREATE TABLE project_price_model (
    project_id  uuid NOT NULL REFERENCES project (id),
    month       date NOT NULL CHECK (extract(day FROM month) = 1),
    price_model text NOT NULL CHECK (price_model IN ('PAY_AS_YOU_GO', 'PREPAID')),
    PRIMARY KEY (project_id, month)
);
