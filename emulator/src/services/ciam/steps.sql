-- How many users an import has brought in so far: a large one takes several transactions.
ALTER TABLE ciam_jobs ADD COLUMN added INTEGER NOT NULL DEFAULT 0;
