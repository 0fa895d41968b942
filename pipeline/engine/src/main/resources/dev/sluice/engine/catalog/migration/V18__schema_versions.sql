-- The schemas that a stream's records may have: the one that it has now, and those that it had.
CREATE TABLE stream_schemas (
  stream    text NOT NULL REFERENCES streams (name) ON DELETE CASCADE,
  schema_id integer NOT NULL REFERENCES schemas (id),
  since     timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (stream, schema_id)
);
INSERT INTO stream_schemas (stream, schema_id, since) SELECT name, schema_id, created FROM streams;

-- The schema of its source that a view's query was planned with, and the fields of it that the query
-- reads; no fields: it is not known which, and may be any.
ALTER TABLE views ADD COLUMN source_schema integer REFERENCES schemas (id), ADD COLUMN source_fields text[];
UPDATE views v SET source_schema = s.schema_id FROM streams s WHERE s.name = v.source;
ALTER TABLE view_builds
  ADD COLUMN source_schema integer REFERENCES schemas (id), ADD COLUMN source_fields text[];
UPDATE view_builds b SET source_schema = s.schema_id FROM streams s WHERE s.name = b.source;
