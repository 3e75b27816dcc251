-- How many users of a type and a status are in each block of 1,024 numbers.
CREATE TABLE organization_user_counts (
    tenant INTEGER NOT NULL,
    block INTEGER NOT NULL,
    type TEXT NOT NULL,
    status TEXT NOT NULL,
    users INTEGER NOT NULL,
    PRIMARY KEY (tenant, block, type, status)
) STRICT, WITHOUT ROWID;
INSERT INTO organization_user_counts
SELECT tenant, (seq - 1) / 1024, type, status, COUNT(*) FROM organization_users GROUP BY 1, 2, 3, 4;
