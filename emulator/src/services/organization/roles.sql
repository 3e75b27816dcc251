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
