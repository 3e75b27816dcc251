-- The rows that an import has yet to bring in, each dropped as it is done. A job's own row would have
-- to be written anew as a whole with each step.
CREATE TABLE ciam_import_rows (
    tenant INTEGER NOT NULL,
    store INTEGER NOT NULL,
    job INTEGER NOT NULL,
    row INTEGER NOT NULL,
    user TEXT NOT NULL,
    PRIMARY KEY (tenant, store, job, row)
) STRICT, WITHOUT ROWID;

INSERT INTO ciam_import_rows
    SELECT j.tenant, j.store, j.seq, r.key, r.value
    FROM ciam_jobs j, json_each(CASE WHEN json_valid(j.payload) THEN j.payload ELSE '[]' END) r
    WHERE j.type = 'IMPORT_USER' AND j.payload IS NOT NULL;
UPDATE ciam_jobs SET payload = NULL WHERE type = 'IMPORT_USER';
