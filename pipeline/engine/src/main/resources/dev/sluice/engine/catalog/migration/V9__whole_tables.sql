-- What of its topic a view's table has lost to its retention, or never had.
ALTER TABLE view_tables
  -- Event time from which on every row is there, ms of the epoch; NULL: any.
  ADD COLUMN whole_from bigint,
  -- Of each partition, offset from which on every row is there; 0 where it is missing.
  ADD COLUMN whole bigint[] NOT NULL DEFAULT '{}';
