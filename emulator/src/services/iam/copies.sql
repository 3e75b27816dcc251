-- A state that was copied to another tenant brings its tokens and keys along: one may stand in
-- several rows, of which the oldest tenant's counts.
DROP INDEX iam_tokens_digest;
CREATE INDEX iam_tokens_digest ON iam_tokens (digest);
DROP INDEX iam_credentials_access;
CREATE INDEX iam_credentials_access ON iam_credentials (access);
