-- Generations, and the view of those that are visible: those of the current era. An era is one state of all
-- tenants, or of one while it is put in. A tenant is found by its account number, which is worked out from
-- its name.
CREATE TABLE twin_generations (
    key INTEGER PRIMARY KEY AUTOINCREMENT,
    era INTEGER NOT NULL,
    name TEXT NOT NULL,
    account INTEGER NOT NULL,
    UNIQUE (era, account)
) STRICT;
CREATE TABLE twin_eras (current INTEGER NOT NULL, last INTEGER NOT NULL) STRICT;
INSERT INTO twin_eras VALUES (1, 1);
INSERT INTO twin_generations SELECT account, 1, name, account FROM twin_tenants;
DROP TABLE twin_tenants;
CREATE VIEW twin_tenants AS SELECT key, name, account FROM twin_generations
    WHERE era = (SELECT current FROM twin_eras);
