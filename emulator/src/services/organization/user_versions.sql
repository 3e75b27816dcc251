-- A number for each block of 1,024 user numbers that rises with each change of a user in it: what was
-- made of the rows of a block is good while its number is the same.
CREATE TABLE organization_user_versions (
    tenant INTEGER NOT NULL,
    block INTEGER NOT NULL,
    version INTEGER NOT NULL,
    PRIMARY KEY (tenant, block)
) STRICT, WITHOUT ROWID;
INSERT INTO organization_user_versions
SELECT DISTINCT tenant, (seq - 1) / 1024, 1 FROM organization_users;
