-- What each process of the pipeline says of the views that it keeps: a row stays for as long as it
-- is repeated. Nothing is lost with it, so it need not survive a crash.
CREATE UNLOGGED TABLE view_states (
  generation bigint      NOT NULL,
  process    text        NOT NULL,
  seen       timestamptz NOT NULL,
  -- Whether it has not come to the end of what it reads lately.
  behind     boolean     NOT NULL,
  -- Why the view does not go on; NULL: it does.
  code       text,
  detail     text,
  -- Partitions that this process merges, up to which time they are closed, and what is held of them.
  partitions integer     NOT NULL,
  closed     bigint,
  groups     bigint      NOT NULL,
  bytes      bigint      NOT NULL,
  -- Records that the table lacks of the partitions that this process writes; NULL: it writes none.
  table_lag  bigint,
  PRIMARY KEY (generation, process)
) WITH (fillfactor = 50);
