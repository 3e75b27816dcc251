-- `second_factor` is how log-ins are proved beside the password, as JSON; `change` what a job changes of
-- the service at its end, as JSON; `position` rises in the order in which a group's members were added.
ALTER TABLE workspace_projects ADD COLUMN second_factor TEXT;
ALTER TABLE workspace_jobs ADD COLUMN change TEXT;
ALTER TABLE workspace_members ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
UPDATE workspace_members SET position = user_seq;
DROP INDEX workspace_members_group;
CREATE UNIQUE INDEX workspace_members_group
    ON workspace_members (tenant, project, group_seq, position);
