-- The zone of Identity Center: at most one. The counters are kept here so that one statement finds
-- the zone, its totals and the next numbers.
CREATE TABLE organization_zones (
    tenant INTEGER NOT NULL,
    zone_id TEXT NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    scim_enabled INTEGER NOT NULL DEFAULT 0,
    ip_whitelist TEXT NOT NULL DEFAULT '[]',
    user_count INTEGER NOT NULL DEFAULT 0,
    group_count INTEGER NOT NULL DEFAULT 0,
    next_user INTEGER NOT NULL DEFAULT 1,
    next_group INTEGER NOT NULL DEFAULT 1,
    user_sync_count INTEGER NOT NULL DEFAULT 0,
    next_user_sync INTEGER NOT NULL DEFAULT 1,
    PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;

-- Users. `seq` rises in the order of creation and is never used again. A `*_key` is the form in which
-- a text is unique and is looked up; null where the text is empty. `scim` is a JSON object of what a
-- directory sent and Identity Center has no member for.
CREATE TABLE organization_users (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    user_name_key TEXT NOT NULL,
    first_name TEXT NOT NULL,
    last_name TEXT NOT NULL,
    display_name TEXT NOT NULL,
    description TEXT NOT NULL,
    email TEXT NOT NULL,
    email_key TEXT,
    status TEXT NOT NULL,
    type TEXT NOT NULL,
    need_reset_password INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    external_id TEXT,
    scim TEXT,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_users_id ON organization_users (tenant, user_id);
CREATE UNIQUE INDEX organization_users_name ON organization_users (tenant, user_name_key);
CREATE UNIQUE INDEX organization_users_email ON organization_users (tenant, email_key)
    WHERE email_key IS NOT NULL;
CREATE INDEX organization_users_external ON organization_users (tenant, external_id)
    WHERE external_id IS NOT NULL;
CREATE INDEX organization_users_kind ON organization_users (tenant, type, status, seq);

-- Groups, as users. `member_count` counts the rows of organization_memberships.
CREATE TABLE organization_groups (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    group_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    type TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    member_count INTEGER NOT NULL DEFAULT 0,
    external_id TEXT,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_groups_id ON organization_groups (tenant, group_id);
CREATE UNIQUE INDEX organization_groups_name ON organization_groups (tenant, name_key);
CREATE INDEX organization_groups_external ON organization_groups (tenant, external_id)
    WHERE external_id IS NOT NULL;

-- Which user is in which group.
CREATE TABLE organization_memberships (
    tenant INTEGER NOT NULL,
    group_seq INTEGER NOT NULL,
    user_seq INTEGER NOT NULL,
    joined INTEGER NOT NULL,
    PRIMARY KEY (tenant, group_seq, user_seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_memberships_user
    ON organization_memberships (tenant, user_seq, group_seq);

-- How many users, groups and user syncs are deleted in each block of 1,024 numbers.
CREATE TABLE organization_deleted_counts (
    tenant INTEGER NOT NULL,
    kind TEXT NOT NULL,
    block INTEGER NOT NULL,
    deleted INTEGER NOT NULL,
    PRIMARY KEY (tenant, kind, block)
) STRICT, WITHOUT ROWID;
