-- How each job is to end: decided when it is created.
ALTER TABLE ciam_jobs ADD COLUMN outcome TEXT NOT NULL DEFAULT 'success';
ALTER TABLE aicc_tasks ADD COLUMN outcome TEXT NOT NULL DEFAULT 'success';
ALTER TABLE workspace_jobs ADD COLUMN outcome TEXT NOT NULL DEFAULT 'success';
ALTER TABLE workspace_exports ADD COLUMN outcome TEXT NOT NULL DEFAULT 'success';
