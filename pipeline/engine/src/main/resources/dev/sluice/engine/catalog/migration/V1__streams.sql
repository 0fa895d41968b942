-- Counts the catalog's changes. Every change updates this row, so that changes commit in its order
-- and a reader can tell which of two readings is the newer one.
CREATE TABLE revision (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  value    bigint NOT NULL
);
INSERT INTO revision (value) VALUES (0);

-- Avro schemas by the id that stands before every value in the log. Never deleted: a log may hold
-- values of a schema that no stream has any more.
CREATE TABLE schemas (
  id         serial PRIMARY KEY,
  subject    text NOT NULL,
  version    integer NOT NULL,
  definition text NOT NULL,
  UNIQUE (subject, version),
  UNIQUE (subject, definition)
);

CREATE TABLE streams (
  name       text PRIMARY KEY,
  definition jsonb NOT NULL,
  schema_id  integer NOT NULL REFERENCES schemas (id),
  generation bigint NOT NULL,
  created    timestamptz NOT NULL DEFAULT now(),
  -- No longer shown, but its topics may still be there.
  deleting   boolean NOT NULL DEFAULT false
);
