-- What is known of the service in a project, and how many of each thing it has. A project without a
-- row is one that nothing was done in: the service is open there. `applied` is what it was applied
-- for with, as JSON; `job` the job that moves it; `ad_domain` the domain of an Active Directory;
-- `second_factor` how log-ins are proved beside the password, as JSON.
CREATE TABLE workspace_projects (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'SUBSCRIBED',
    ad_domain TEXT,
    applied TEXT,
    job TEXT,
    completed INTEGER,
    second_factor TEXT,
    user_quota INTEGER,
    user_num INTEGER NOT NULL DEFAULT 0,
    group_num INTEGER NOT NULL DEFAULT 0,
    next_user INTEGER NOT NULL DEFAULT 1,
    next_group INTEGER NOT NULL DEFAULT 1,
    next_ou INTEGER NOT NULL DEFAULT 1,
    next_job INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant, project)
) STRICT, WITHOUT ROWID;

-- Users. `seq` rises in the order of creation and is not used again while the service is open.
-- `name_key` is the form in which a name is unique and is searched for. `account_expires` is in
-- milliseconds, 0 for never.
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

-- How many users are gone from each run of 1,024 numbers: any page is found without counting users.
CREATE TABLE workspace_user_holes (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    block INTEGER NOT NULL,
    holes INTEGER NOT NULL,
    PRIMARY KEY (tenant, project, block)
) STRICT, WITHOUT ROWID;

-- Groups. The two numbers follow from the members, and are kept so that a list need not count them.
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

-- Who is in which group; `position` rises in the order in which a group's members were added.
CREATE TABLE workspace_members (
    tenant INTEGER NOT NULL,
    project TEXT NOT NULL,
    user_seq INTEGER NOT NULL,
    group_seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    PRIMARY KEY (tenant, project, user_seq, group_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_members_group
    ON workspace_members (tenant, project, group_seq, position);

-- Devices that users bound to sign in with: only a seed makes any.
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

-- Organizational units.
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

-- Jobs, each with its one sub-job; `sub_id` is null once the record of that was deleted; `change` is
-- what the job changes of the service at its end, as JSON.
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
    fail_reason TEXT,
    change TEXT,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_jobs_id ON workspace_jobs (tenant, project, id);
CREATE UNIQUE INDEX workspace_jobs_sub ON workspace_jobs (tenant, project, sub_id)
    WHERE sub_id IS NOT NULL;
CREATE INDEX workspace_jobs_open ON workspace_jobs (tenant, project, seq)
    WHERE status IN ('WAITING', 'RUNNING');

-- Exports. `asked` is of what and with which filters, as JSON; `ends` when it is over by the clock;
-- `begun` whether its file is being written, or was; `token` the file's, while there is one.
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
    downloaded INTEGER NOT NULL,
    PRIMARY KEY (tenant, project, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX workspace_exports_id ON workspace_exports (tenant, project, task_id);
CREATE INDEX workspace_exports_status ON workspace_exports (tenant, status, ends);
CREATE INDEX workspace_exports_token ON workspace_exports (token) WHERE token IS NOT NULL;
