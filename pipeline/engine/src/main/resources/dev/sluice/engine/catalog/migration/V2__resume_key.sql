-- What signs the tokens that queries resume with: made once, so that a token is good on any gateway.
-- A version 4 UUID has 122 random bits from PostgreSQL's strong source; two of them are hashed.
CREATE TABLE resume_key (
  only_row boolean PRIMARY KEY DEFAULT true CHECK (only_row),
  key      bytea NOT NULL
);
INSERT INTO resume_key (key)
VALUES (sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
