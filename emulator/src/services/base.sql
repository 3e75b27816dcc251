-- What the first thirteen steps of the schema make, for a database that is new: one parse instead of thirteen
-- steps, of which each ALTER reads the whole schema anew. A test compares both.
CREATE TABLE twin_starts (number INTEGER PRIMARY KEY) STRICT;
CREATE TABLE ciam_stores (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    user_store_id TEXT NOT NULL,
    name TEXT NOT NULL,
    description TEXT,
    logo TEXT,
    host TEXT NOT NULL,
    created INTEGER NOT NULL,
    is_default INTEGER NOT NULL,
    is_current INTEGER NOT NULL,
    current_since INTEGER,
    user_num INTEGER NOT NULL DEFAULT 0,
    next_seq INTEGER NOT NULL DEFAULT 1,
    next_log INTEGER NOT NULL DEFAULT 1,
    next_job INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant, store)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ciam_stores_id ON ciam_stores (tenant, user_store_id);
CREATE UNIQUE INDEX ciam_stores_name ON ciam_stores (tenant, name);
CREATE TABLE ciam_groups (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    user_group_id TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT,
    created INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    PRIMARY KEY (tenant, store, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ciam_groups_id ON ciam_groups (tenant, store, user_group_id);
CREATE UNIQUE INDEX ciam_groups_name ON ciam_groups (tenant, store, display_name);
CREATE TABLE ciam_users (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT,
    user_name_key TEXT,
    phone TEXT,
    phone_key TEXT,
    email TEXT,
    email_key TEXT,
    created INTEGER NOT NULL,
    status TEXT NOT NULL,
    data_source TEXT NOT NULL,
    nickname TEXT,
    address TEXT,
    birthdate INTEGER,
    group_num INTEGER NOT NULL,
    modified INTEGER NOT NULL,
    attributes TEXT,
    identity_card TEXT,
    qq_open_id TEXT,
    qq_union_id TEXT,
    wechat_open_id TEXT,
    wechat_union_id TEXT,
    alipay_user_id TEXT,
    we_com_user_id TEXT,
    description TEXT,
    name TEXT,
    locale TEXT,
    gender TEXT,
    verification_method TEXT,
    verified INTEGER NOT NULL,
    job TEXT,
    nationality TEXT,
    is_primary INTEGER NOT NULL,
    zone TEXT,
    lock_type TEXT,
    lock_time INTEGER,
    indexed1 TEXT,
    indexed2 TEXT,
    indexed3 TEXT,
    indexed4 TEXT,
    indexed5 TEXT,
    orgs TEXT,
    primary_seq INTEGER,
    PRIMARY KEY (tenant, store, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ciam_users_id ON ciam_users (tenant, store, user_id);
CREATE UNIQUE INDEX ciam_users_name ON ciam_users (tenant, store, user_name_key);
CREATE UNIQUE INDEX ciam_users_phone ON ciam_users (tenant, store, phone_key);
CREATE UNIQUE INDEX ciam_users_email ON ciam_users (tenant, store, email_key);
CREATE INDEX ciam_users_linked ON ciam_users (tenant, store, primary_seq)
    WHERE primary_seq IS NOT NULL;
CREATE INDEX ciam_users_attributes ON ciam_users (tenant, store, seq)
    WHERE attributes IS NOT NULL;
CREATE TABLE ciam_user_holes (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    block INTEGER NOT NULL,
    holes INTEGER NOT NULL,
    PRIMARY KEY (tenant, store, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE ciam_members (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    group_seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, store, seq, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ciam_members_group ON ciam_members (tenant, store, group_seq, seq);
CREATE TABLE ciam_jobs (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    format TEXT NOT NULL,
    payload TEXT,
    token TEXT,
    error_details TEXT,
    failed_users TEXT, added INTEGER NOT NULL DEFAULT 0, outcome TEXT NOT NULL DEFAULT 'success', looks INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, store, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ciam_jobs_id ON ciam_jobs (tenant, store, job_id);
CREATE INDEX ciam_jobs_open ON ciam_jobs (tenant, store, seq)
    WHERE status IN ('PENDING', 'PROCESSING');
CREATE INDEX ciam_jobs_token ON ciam_jobs (token) WHERE token IS NOT NULL;
CREATE TABLE ciam_logs (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    log_id TEXT NOT NULL,
    event_code TEXT NOT NULL,
    event_date INTEGER NOT NULL,
    ip TEXT NOT NULL,
    user_agent TEXT NOT NULL,
    user_id TEXT NOT NULL,
    PRIMARY KEY (tenant, store, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE aicc_roles (
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;
CREATE TABLE aicc_users (
    tenant INTEGER NOT NULL,
    account TEXT NOT NULL,
    name TEXT NOT NULL,
    email TEXT NOT NULL,
    role_ids TEXT NOT NULL,
    enabled INTEGER NOT NULL,
    federated INTEGER NOT NULL,
    PRIMARY KEY (tenant, account)
) STRICT, WITHOUT ROWID;
CREATE TABLE aicc_quotas (
    tenant INTEGER NOT NULL,
    users INTEGER NOT NULL,
    PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;
CREATE TABLE aicc_tasks (
    tenant INTEGER NOT NULL,
    task INTEGER NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    entries TEXT,
    failures TEXT NOT NULL, outcome TEXT NOT NULL DEFAULT 'success', looks INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX aicc_tasks_open ON aicc_tasks (tenant, task) WHERE status <> 'DONE';
CREATE TABLE workspace_projects (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'SUBSCRIBED',
    ad_domain TEXT,
    applied TEXT,
    job TEXT,
    completed INTEGER,
    user_quota INTEGER,
    user_num INTEGER NOT NULL DEFAULT 0,
    group_num INTEGER NOT NULL DEFAULT 0,
    next_user INTEGER NOT NULL DEFAULT 1,
    next_group INTEGER NOT NULL DEFAULT 1,
    next_ou INTEGER NOT NULL DEFAULT 1,
    next_job INTEGER NOT NULL DEFAULT 1, second_factor TEXT,
    PRIMARY KEY (tenant, project)
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace_users (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    user_email TEXT,
    user_phone TEXT,
    active_type TEXT NOT NULL,
    description TEXT,
    alias_name TEXT,
    domain TEXT,
    user_info_map TEXT,
    enterprise_project_id TEXT NOT NULL,
    account_expires INTEGER NOT NULL,
    enable_change_password INTEGER NOT NULL,
    next_login_change_password INTEGER NOT NULL,
    password_never_expired INTEGER NOT NULL,
    locked INTEGER NOT NULL,
    disabled INTEGER NOT NULL,
    share_space_subscription INTEGER NOT NULL,
    share_space_desktops INTEGER NOT NULL,
    total_desktops INTEGER NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_users_id ON workspace_users (tenant, project, id);
CREATE UNIQUE INDEX workspace_users_name ON workspace_users (tenant, project, name_key);
CREATE INDEX workspace_users_desktops ON workspace_users (tenant, project, seq, total_desktops)
    WHERE total_desktops > 0;
CREATE TABLE workspace_user_holes (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    block INTEGER NOT NULL,
    holes INTEGER NOT NULL,
    PRIMARY KEY (tenant, project, block)
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace_groups (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    platform_type TEXT NOT NULL,
    description TEXT,
    domain TEXT,
    created INTEGER NOT NULL,
    user_num INTEGER NOT NULL DEFAULT 0,
    total_desktops INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_groups_id ON workspace_groups (tenant, project, id);
CREATE UNIQUE INDEX workspace_groups_name ON workspace_groups (tenant, project, name_key);
CREATE TABLE workspace_members (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    user_seq INTEGER NOT NULL,
    group_seq INTEGER NOT NULL, position INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, project, user_seq, group_seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace_otp_devices (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    user_seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    id TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, project, user_seq, position)
) STRICT, WITHOUT ROWID;
CREATE TABLE workspace_ous (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    domain TEXT NOT NULL,
    ou_name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_ous_id ON workspace_ous (tenant, project, id);
CREATE INDEX workspace_ous_name ON workspace_ous (tenant, project, name_key);
CREATE TABLE workspace_jobs (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    seq INTEGER NOT NULL,
    id TEXT NOT NULL,
    sub_id TEXT,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    ended INTEGER,
    error_code TEXT,
    fail_reason TEXT, change TEXT, outcome TEXT NOT NULL DEFAULT 'success', looks INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_jobs_id ON workspace_jobs (tenant, project, id);
CREATE UNIQUE INDEX workspace_jobs_sub ON workspace_jobs (tenant, project, sub_id)
    WHERE sub_id IS NOT NULL;
CREATE INDEX workspace_jobs_open ON workspace_jobs (tenant, project, seq)
    WHERE status IN ('WAITING', 'RUNNING');
CREATE TABLE workspace_exports (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    seq INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    asked TEXT NOT NULL,
    language TEXT NOT NULL,
    file_name TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    ends INTEGER NOT NULL,
    begun INTEGER NOT NULL,
    token TEXT,
    error_code TEXT,
    fail_reason TEXT,
    downloaded INTEGER NOT NULL, outcome TEXT NOT NULL DEFAULT 'success', looks INTEGER NOT NULL DEFAULT 0,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_exports_id ON workspace_exports (tenant, project, task_id);
CREATE INDEX workspace_exports_status ON workspace_exports (tenant, status, ends);
CREATE INDEX workspace_exports_token ON workspace_exports (token) WHERE token IS NOT NULL;
CREATE TABLE twin_generations (
        key INTEGER PRIMARY KEY AUTOINCREMENT,
        era INTEGER NOT NULL,
        name TEXT NOT NULL,
        account INTEGER NOT NULL,
        UNIQUE (era, account)
    ) STRICT;
CREATE TABLE twin_eras (current INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
CREATE VIEW twin_tenants AS SELECT key, name, account FROM twin_generations
        WHERE era = (SELECT current FROM twin_eras);
CREATE UNIQUE INDEX workspace_members_group
    ON workspace_members (tenant, project, group_seq, position);
CREATE TABLE ciam_import_rows (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    job INTEGER NOT NULL,
    row INTEGER NOT NULL,
    user TEXT NOT NULL,
    PRIMARY KEY (tenant, store, job, row)
) STRICT, WITHOUT ROWID;
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
INSERT INTO twin_eras VALUES (1, 1);
-- A step that copies no rows leaves this.
INSERT INTO sqlite_sequence VALUES ('twin_generations', 0);
