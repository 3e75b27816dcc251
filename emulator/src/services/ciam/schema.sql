-- User directories. `store` is the short number by which everything in a directory points to it.
-- The counters are kept here so that one statement finds a directory and reserves a place in it.
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

-- Groups. The newest has the highest `seq`.
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

-- Users. `seq` rises in the order of creation and is not used again while the directory lives.
-- A `*_key` is the form in which an attribute is unique and is searched for; it is null
-- where the attribute is.
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

-- How many users are gone from each run of 1,024 numbers: any page is found without counting rows.
CREATE TABLE ciam_user_holes (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    block INTEGER NOT NULL,
    holes INTEGER NOT NULL,
    PRIMARY KEY (tenant, store, block)
) STRICT, WITHOUT ROWID;

-- Who is in which group; `position` keeps the order in which the caller named the groups.
CREATE TABLE ciam_members (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    position INTEGER NOT NULL,
    group_seq INTEGER NOT NULL,
    PRIMARY KEY (tenant, store, seq, position)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX ciam_members_group ON ciam_members (tenant, store, group_seq, seq);

-- Import and export jobs. `payload` is what was asked for, dropped once a job has ended;
-- `token` names the finished file.
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
    failed_users TEXT,
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
