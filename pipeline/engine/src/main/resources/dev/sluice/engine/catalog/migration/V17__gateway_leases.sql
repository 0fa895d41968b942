-- Each gateway says for how long it is to be believed.
DELETE FROM gateways;
ALTER TABLE gateways DROP COLUMN seen;
ALTER TABLE gateways ADD COLUMN until timestamptz NOT NULL;
ALTER TABLE gateway_devices DROP COLUMN seen;
