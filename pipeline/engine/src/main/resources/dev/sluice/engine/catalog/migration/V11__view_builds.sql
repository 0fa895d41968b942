-- A view that is being built anew, beside the view as it is: what will take its place when it has come
-- as far. It has a generation of its own, and topics, groups and a table by that.
CREATE TABLE view_builds (
  view       text PRIMARY KEY REFERENCES views (name) ON DELETE CASCADE,
  definition jsonb NOT NULL,
  source     text NOT NULL,
  stream     jsonb NOT NULL,
  schema_id  integer NOT NULL REFERENCES schemas (id),
  generation bigint NOT NULL,
  created    timestamptz NOT NULL DEFAULT now()
);
CREATE INDEX view_builds_source ON view_builds (source);

-- Tells the topics of one build from those of another.
CREATE SEQUENCE view_build_numbers AS integer;

-- Results of views that nobody sees any more, and whose topics may still be there.
CREATE TABLE left_streams (
  generation bigint PRIMARY KEY,
  name       text NOT NULL,
  definition jsonb NOT NULL,
  since      timestamptz NOT NULL DEFAULT now()
);

-- A view and its build may join different tables.
ALTER TABLE view_joins ADD COLUMN generation bigint;
UPDATE view_joins j SET generation = s.generation FROM streams s WHERE s.name = j.view;
ALTER TABLE view_joins
  ALTER COLUMN generation SET NOT NULL,
  DROP CONSTRAINT view_joins_pkey,
  ADD PRIMARY KEY (view, generation, table_name);

-- A build's table is views._<generation> until it is the view's.
ALTER TABLE view_tables
  DROP CONSTRAINT view_tables_pkey,
  ADD COLUMN built boolean NOT NULL DEFAULT true;
CREATE UNIQUE INDEX view_tables_view ON view_tables (view) WHERE built;
