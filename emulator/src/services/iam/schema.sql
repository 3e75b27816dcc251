
-- Tokens, by the SHA-256 of their text. One that has long expired is swept when its tenant asks
-- for the next.
CREATE TABLE iam_tokens (
    tenant INTEGER NOT NULL,
    digest TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, digest)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX iam_tokens_digest ON iam_tokens (digest);

-- Temporary keys. The secret is kept whole, since signatures are verified with it.
CREATE TABLE iam_credentials (
    tenant INTEGER NOT NULL,
    access TEXT NOT NULL,
    secret TEXT NOT NULL,
    token_digest TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, access)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX iam_credentials_access ON iam_credentials (access);
