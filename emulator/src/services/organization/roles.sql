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

-- Their policies. `policy_id` is 0 and `document` not empty for custom ones.
CREATE TABLE organization_role_policies (
    tenant INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    type TEXT NOT NULL,
    policy_id INTEGER NOT NULL,
    name TEXT NOT NULL,
    name_key TEXT NOT NULL,
    document TEXT NOT NULL,
    added INTEGER NOT NULL,
    PRIMARY KEY (tenant, configuration, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_role_policies_name
    ON organization_role_policies (tenant, configuration, name_key);

-- A role configuration assigned to a principal on an account. `seq` is the number of the task that
-- creates it: tasks are kept for ever, so no number is used again.
CREATE TABLE organization_role_assignments (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    target_type TEXT NOT NULL,
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

-- A role configuration deployed on an account. `seq` is the number of the task that deployed it first.
CREATE TABLE organization_role_provisionings (
    tenant INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    target_uin INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    target_type TEXT NOT NULL,
    status TEXT NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, configuration, target_uin)
) STRICT, WITHOUT ROWID;

-- Tasks of roles, kept for ever with the names of their time. `assignment` is null in tasks of
-- deployments, and in tasks that only report why an approved request could not be met. `undeploys`
-- goes with the last assignment. `failure_reason` says so before the task has failed.
CREATE TABLE organization_role_tasks (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    task_id TEXT NOT NULL,
    type TEXT NOT NULL,
    configuration INTEGER NOT NULL,
    configuration_id TEXT NOT NULL,
    configuration_name TEXT NOT NULL,
    target_type TEXT NOT NULL,
    target_uin INTEGER NOT NULL,
    principal_type TEXT NOT NULL,
    principal_id TEXT NOT NULL,
    assignment INTEGER,
    undeploys INTEGER NOT NULL,
    apply_id TEXT,
    status TEXT NOT NULL,
    outcome TEXT NOT NULL,
    created INTEGER NOT NULL,
    failure_reason TEXT NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_role_tasks_id ON organization_role_tasks (tenant, task_id);
CREATE INDEX organization_role_tasks_open ON organization_role_tasks (tenant, configuration, target_uin)
    WHERE status = 'InProgress';
CREATE INDEX organization_role_tasks_apply ON organization_role_tasks (tenant, apply_id)
    WHERE apply_id IS NOT NULL;

-- Which role configurations a principal may ask for, by account.
CREATE TABLE organization_apply_scopes (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    configuration INTEGER NOT NULL,
    target_type TEXT NOT NULL,
    target_uin INTEGER NOT NULL,
    principal_type TEXT NOT NULL,
    principal INTEGER NOT NULL,
    created INTEGER NOT NULL,
    updated INTEGER NOT NULL,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_apply_scopes_key ON organization_apply_scopes
    (tenant, principal_type, principal, target_uin, configuration);
CREATE INDEX organization_apply_scopes_configuration
    ON organization_apply_scopes (tenant, configuration);

-- Requests of users for role configurations. `configurations` is a JSON list of their ids, names and
-- descriptions at that time.
CREATE TABLE organization_apply_orders (
    tenant INTEGER NOT NULL,
    seq INTEGER NOT NULL,
    apply_id TEXT NOT NULL,
    user_id TEXT NOT NULL,
    user_name TEXT NOT NULL,
    target_uin INTEGER NOT NULL,
    target_name TEXT NOT NULL,
    configurations TEXT NOT NULL,
    decision TEXT NOT NULL,
    opinion TEXT NOT NULL,
    created INTEGER NOT NULL,
    audited INTEGER,
    PRIMARY KEY (tenant, seq)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX organization_apply_orders_id ON organization_apply_orders (tenant, apply_id);
