-- Views: the definition beside the row in streams that is the view's result. So streams and views
-- have one namespace, and a reader of streams need not know which is which.
CREATE TABLE views (
  name       text PRIMARY KEY REFERENCES streams (name) ON DELETE CASCADE,
  definition jsonb NOT NULL,
  -- The stream or view that it reads.
  source     text NOT NULL
);
CREATE INDEX views_source ON views (source);
