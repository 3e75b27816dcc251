-- Role configurations of the zone.
CREATE TABLE organization_role_configurations (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    configuration_id TEXT NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    description TEXT NOT NULL,
    session_duration INTEGER NOT NULL,
    relay_state TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_role_configurations_id
    ON organization_role_configurations (tenant, configuration_id);
CREATE UNIQUE INDEX organization_role_configurations_name
    ON organization_role_configurations (tenant, name_key);

-- Policies of a role configuration; `policy_id` is 0 for custom ones.
CREATE TABLE organization_role_policies (
    tenant INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    policy_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    type TEXT NOT NULL,
    document TEXT NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (tenant, configuration, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_role_policies_name
    ON organization_role_policies (tenant, configuration, type, name);

-- A role configuration assigned to a principal on an account.
CREATE TABLE organization_role_assignments (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    target_uin INTEGER NOT NULL,
    principal_type TEXT NOT NULL,
    principal INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_role_assignments_key ON organization_role_assignments
    (tenant, principal_type, principal, target_uin, configuration);
CREATE INDEX organization_role_assignments_configuration
    ON organization_role_assignments (tenant, configuration, target_uin);

-- A role configuration deployed on an account.
CREATE TABLE organization_role_provisionings (
    tenant INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    target_uin INTEGER NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, configuration, target_uin)
) STRICT, WITHOUT ROWID;

-- Tasks of assignments and deployments. They are kept for ever, with the names of the moment.
-- `assignment` is the number of the assignment that one creates or deletes, or 0.
CREATE TABLE organization_role_tasks (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    configuration INTEGER NOT NULL,
    configuration_id TEXT NOT NULL,
    configuration_name TEXT NOT NULL,
    target_uin INTEGER NOT NULL,
    target_type TEXT NOT NULL,
    principal_type TEXT NOT NULL,
    principal INTEGER NOT NULL,
    principal_id TEXT NOT NULL,
    assignment INTEGER NOT NULL,
    undeploys INTEGER NOT NULL,
    created INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    failure_reason TEXT NOT NULL,
    looks INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_role_tasks_id ON organization_role_tasks (tenant, task_id);
CREATE INDEX organization_role_tasks_open ON organization_role_tasks (tenant, seq)
    WHERE status = 'InProgress';

-- Who may ask for which role configuration on which account.
CREATE TABLE organization_apply_scopes (
    tenant INTEGER NOT NULL,
    principal_type TEXT NOT NULL,
    principal INTEGER NOT NULL,
    target_uin INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, principal_type, principal, target_uin, configuration)
) STRICT, WITHOUT ROWID;

-- Permission requests: `configurations` is a JSON list of ids. A decided one has `task_ids`, `opinion`
-- and `decided`.
CREATE TABLE organization_apply_orders (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    apply_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    target_uin INTEGER NOT NULL,
    configurations TEXT NOT NULL,
    is_approved INTEGER,
    task_ids TEXT NOT NULL,
    opinion TEXT NOT NULL,
    created INTEGER NOT NULL,
    decided INTEGER,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_apply_orders_id ON organization_apply_orders (tenant, apply_id);
