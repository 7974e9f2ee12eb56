-- Whether a location is used, and deleting one that is not, look here by location; without these both read every order
-- and every receipt of the company.
CREATE INDEX purchase_orders_location ON purchase_orders (delivery_location_id);
CREATE INDEX receipts_location ON receipts (delivery_location_id);
