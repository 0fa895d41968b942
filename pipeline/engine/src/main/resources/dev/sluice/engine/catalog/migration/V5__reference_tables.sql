-- Reference tables, tables.<name>: rows that streams are joined with. Any SQL client may write them.
CREATE SCHEMA IF NOT EXISTS tables;

CREATE TABLE reference_tables (
  name       text PRIMARY KEY,
  definition jsonb NOT NULL,
  -- Another one after every change of the definition.
  generation bigint NOT NULL,
  created    timestamptz NOT NULL DEFAULT now()
);

-- Which tables a view's query joins: they must stay.
CREATE TABLE view_joins (
  view       text NOT NULL REFERENCES views (name) ON DELETE CASCADE,
  table_name text NOT NULL REFERENCES reference_tables (name),
  PRIMARY KEY (view, table_name)
);
CREATE INDEX view_joins_table ON view_joins (table_name);

-- Says at commit which rows of a table a statement has changed: the table's name, and after a blank
-- the keys as a JSON array, or nothing where they are many. The argument is the key's columns.
CREATE FUNCTION table_changed() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  changed bigint;
  keys    text;
BEGIN
  IF TG_OP <> 'TRUNCATE' THEN
    EXECUTE format(
      'SELECT count(*), json_agg(k)::text FROM (%s LIMIT 201) k',
      CASE TG_OP
        WHEN 'INSERT' THEN format('SELECT %s FROM added', TG_ARGV[0])
        WHEN 'DELETE' THEN format('SELECT %s FROM removed', TG_ARGV[0])
        ELSE format('SELECT %1$s FROM removed UNION ALL SELECT %1$s FROM added', TG_ARGV[0])
      END) INTO changed, keys;
    IF changed = 0 THEN
      RETURN NULL;
    END IF;
    -- A payload may be 8,000 bytes long.
    IF changed > 200 OR octet_length(keys) > 7000 THEN
      keys := NULL;
    END IF;
  END IF;
  PERFORM pg_notify('sluice_tables', TG_TABLE_NAME || ' ' || coalesce(keys, ''));
  RETURN NULL;
END
$$;
