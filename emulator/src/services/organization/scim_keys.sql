
-- Keys of directories. Their secrets are in twin_issued, by digest; `credential_id` is their subject.
CREATE TABLE organization_scim_credentials (
    tenant INTEGER NOT NULL,
    credential_id TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, credential_id)
) STRICT, WITHOUT ROWID;
