-- Tickets for one use, good on any gateway; of each only its hash, so that whoever reads this table has none.
CREATE TABLE tickets (
  hash   bytea PRIMARY KEY,
  bearer text NOT NULL,
  until  timestamptz NOT NULL
);
CREATE INDEX tickets_until ON tickets (until);
