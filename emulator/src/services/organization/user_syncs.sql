-- User syncs: a principal's users as CAM users of an account. `seq` rises in the order of creation and
-- is never used again.
CREATE TABLE organization_user_syncs (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    sync_id TEXT NOT NULL,
    principal_type TEXT NOT NULL,
    principal INTEGER NOT NULL,
    target_type TEXT NOT NULL,
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
CREATE INDEX organization_user_syncs_target ON organization_user_syncs (tenant, target_uin, seq);

-- Tasks of user syncs, kept for ever. `passed` is the number of the last user that the task is done
-- with. `failure_reason` is that of the first user that failed, also while the task is in progress.
CREATE TABLE organization_user_sync_tasks (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    user_sync INTEGER NOT NULL,
    status TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created INTEGER NOT NULL,
    passed INTEGER NOT NULL,
    failure_reason TEXT NOT NULL,
    looks INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_user_sync_tasks_id
    ON organization_user_sync_tasks (tenant, task_id);
CREATE INDEX organization_user_sync_tasks_open
    ON organization_user_sync_tasks (tenant, user_sync) WHERE status = 'InProgress';

-- CAM users of accounts. `name_key` is the form in which a name is unique in its account. `user_seq` is
-- the user of the zone whose CAM user it is by a sync; null if it is an ordinary one.
CREATE TABLE organization_cam_users (
    tenant INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    name_key TEXT NOT NULL,
    name TEXT NOT NULL,
    kind TEXT NOT NULL,
    has_access_keys INTEGER NOT NULL,
    user_seq INTEGER,
    PRIMARY KEY (tenant, uin, name_key)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_cam_users_user ON organization_cam_users (tenant, user_seq, uin)
    WHERE user_seq IS NOT NULL;

-- Which sync needs which user's CAM user: it goes, or becomes an ordinary one, with the last of them.
CREATE TABLE organization_synced_users (
    tenant INTEGER NOT NULL,
    user_sync INTEGER NOT NULL,
    user_seq INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    PRIMARY KEY (tenant, user_sync, user_seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX organization_synced_users_user
    ON organization_synced_users (tenant, user_seq, uin);
