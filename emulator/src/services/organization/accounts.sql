-- The organization of a tenant: at most one. `host_uin` is the manager's account.
CREATE TABLE organization_orgs (
    tenant INTEGER NOT NULL,
    org_id INTEGER NOT NULL,
    host_uin INTEGER NOT NULL,
    name TEXT NOT NULL,
    created INTEGER NOT NULL,
    is_manager INTEGER NOT NULL,
    verified TEXT NOT NULL,
    has_service_role INTEGER NOT NULL,
    taken_zone_names TEXT NOT NULL,
    PRIMARY KEY (tenant)
) STRICT, WITHOUT ROWID;

-- The tree of departments; the root has no parent.
CREATE TABLE organization_nodes (
    tenant INTEGER NOT NULL,
    node_id INTEGER NOT NULL,
    parent INTEGER,
    name TEXT NOT NULL,
    remark TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, node_id)
) STRICT, WITHOUT ROWID;

-- Member accounts, without the manager's.
CREATE TABLE organization_members (
    tenant INTEGER NOT NULL,
    uin INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    node_id INTEGER NOT NULL,
    remark TEXT NOT NULL,
    created INTEGER NOT NULL,
    PRIMARY KEY (tenant, uin)
) STRICT, WITHOUT ROWID;

-- Limits that the seed sets; `limits.rs` has the names and the defaults.
CREATE TABLE organization_limits (
    tenant INTEGER NOT NULL,
    name TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (tenant, name)
) STRICT, WITHOUT ROWID;
