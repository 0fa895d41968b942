-- The tables of views, views.<name>: rows of their topics, written with the offset behind them.
CREATE SCHEMA IF NOT EXISTS views;

CREATE TABLE view_tables (
  view       text PRIMARY KEY,
  -- The view's. A table of another generation of the name has to go first.
  generation bigint NOT NULL UNIQUE,
  -- Whether a row takes the place of an earlier one of its key.
  replaces   boolean NOT NULL,
  -- Whether it has everything as the topic has it: PostgreSQL lacks some values.
  exact      boolean NOT NULL DEFAULT true
);

-- How far each table has each partition of its topic. Whoever writes moves it in the same
-- transaction, and only from where the rows that it writes begin.
CREATE TABLE view_offsets (
  generation bigint  NOT NULL REFERENCES view_tables (generation) ON DELETE CASCADE,
  partition  integer NOT NULL,
  next       bigint  NOT NULL,
  -- Of the partition before the next record, ms of the epoch; NULL: none yet.
  watermark  bigint,
  PRIMARY KEY (generation, partition)
) WITH (fillfactor = 50);
