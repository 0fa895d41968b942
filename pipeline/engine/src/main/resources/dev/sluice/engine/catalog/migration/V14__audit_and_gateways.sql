-- Changes that are not in the log yet, each noted by the transaction that made it.
CREATE TABLE audit_outbox (
  id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  at      timestamptz NOT NULL DEFAULT clock_timestamp(),
  subject text NOT NULL,
  face    text NOT NULL,
  address text,
  action  text NOT NULL,
  kind    text NOT NULL,
  name    text NOT NULL,
  outcome text NOT NULL,
  before  text,
  after   text
);

-- The gateways that run, each with when it last said so.
CREATE TABLE gateways (
  name    text PRIMARY KEY,
  started timestamptz NOT NULL,
  seen    timestamptz NOT NULL
) WITH (fillfactor = 50);

-- Which devices each of them has, for the others to show. Nothing is lost with it, so it need not
-- survive a crash.
CREATE UNLOGGED TABLE gateway_devices (
  name    text PRIMARY KEY,
  seen    timestamptz NOT NULL,
  devices bytea NOT NULL
) WITH (fillfactor = 50);
