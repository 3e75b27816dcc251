-- Bearer tokens. One that has long expired is swept when its tenant asks for the next. A state that
-- was copied to another tenant brings its tokens along, so one text may stand in several rows.
CREATE TABLE aicc_tokens (
    tenant INTEGER NOT NULL,
    token TEXT NOT NULL,
    app_key TEXT NOT NULL,
    expires INTEGER NOT NULL,
    PRIMARY KEY (tenant, token)
) STRICT, WITHOUT ROWID;
CREATE INDEX aicc_tokens_token ON aicc_tokens (token);
CREATE INDEX aicc_tokens_expires ON aicc_tokens (tenant, expires);

CREATE TABLE aicc_roles (
    tenant INTEGER NOT NULL,
    id TEXT NOT NULL,
    name TEXT NOT NULL,
    PRIMARY KEY (tenant, id)
) STRICT, WITHOUT ROWID;

-- `role_ids` is a JSON array. An account that is not federated was made elsewhere, and no batch
-- changes it.
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

-- How many users a tenant may have; no row: any number.
CREATE TABLE aicc_quotas (
    tenant INTEGER NOT NULL,
    users INTEGER NOT NULL,
    PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;

-- Batches. `entries` is what was asked for, dropped once it is done; `failures` is what the query
-- answers as failDataList.
CREATE TABLE aicc_tasks (
    tenant INTEGER NOT NULL,
    task INTEGER NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    entries TEXT,
    failures TEXT NOT NULL,
    PRIMARY KEY (tenant, task)
) STRICT, WITHOUT ROWID;
CREATE INDEX aicc_tasks_open ON aicc_tasks (tenant, task) WHERE status <> 'DONE';
