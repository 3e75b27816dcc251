-- How often each job's client has looked at it, where jobs move by that.
ALTER TABLE ciam_jobs ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE aicc_tasks ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspace_jobs ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
ALTER TABLE workspace_exports ADD COLUMN looks INTEGER NOT NULL DEFAULT 0;
