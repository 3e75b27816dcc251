-- Secrets that were handed out, by the SHA-256 of their text. `subject` is to whom or for what, and
-- `subject_id` its id where it has one. `secret` is kept for keys alone, which sign requests: a
-- signature can only be verified with the secret itself, and a state document must carry it to
-- another twin, so that deriving it from something else would keep nothing from a reader of the
-- document. A state that was copied to another tenant brings its secrets along, so one digest may be
-- in several rows.
CREATE TABLE twin_issued (
    tenant INTEGER NOT NULL,
    kind TEXT NOT NULL,
    digest TEXT NOT NULL,
    subject TEXT NOT NULL,
    subject_id TEXT,
    secret TEXT,
    expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, digest)
) STRICT, WITHOUT ROWID;
CREATE INDEX twin_issued_digest ON twin_issued (kind, digest);
CREATE INDEX twin_issued_expires ON twin_issued (tenant, kind, expires);

INSERT INTO twin_issued
    SELECT tenant, 'aicc_token', sha256_hex(token), app_key, NULL, NULL, expires FROM aicc_tokens;
INSERT INTO twin_issued
    SELECT tenant, 'iam_token', digest, user_name, user_id, NULL, expires FROM iam_tokens;
INSERT INTO twin_issued
    SELECT tenant, 'iam_key', sha256_hex(access), token_digest, NULL, secret, expires
    FROM iam_credentials;
DROP TABLE aicc_tokens;
DROP TABLE iam_tokens;
DROP TABLE iam_credentials;
