-- What a place still waits for: orders are asked for by it, and by the day they are expected.
CREATE INDEX purchase_orders_place ON purchase_orders (company_id, delivery_location_id, expected_on);
ANALYZE purchase_orders;
