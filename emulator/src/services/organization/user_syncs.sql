-- User syncs: a principal's users as CAM users of an account.
CREATE TABLE organization_user_syncs (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sync_id TEXT NOT NULL,
    principal_type TEXT NOT NULL,
    principal INTEGER NOT NULL,
    target_uin INTEGER NOT NULL,
    duplication_strategy TEXT NOT NULL,
    deletion_strategy TEXT NOT NULL,
    description TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_user_syncs_id ON organization_user_syncs (tenant, sync_id);
CREATE UNIQUE INDEX organization_user_syncs_key
    ON organization_user_syncs (tenant, principal_type, principal, target_uin);
