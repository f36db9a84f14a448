-- A picture of a senior's face, sealed as photos are: so that the right person is found at a roadside.
CREATE TABLE faces (
    district    TEXT NOT NULL,
    senior      TEXT NOT NULL,
    at          INTEGER NOT NULL,
    sealed_with TEXT NOT NULL,
    sealed      BLOB NOT NULL,
    PRIMARY KEY (district, senior),
    FOREIGN KEY (district, senior) REFERENCES seniors (district, id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX faces_by_senior ON faces (senior);
CREATE INDEX faces_by_seal ON faces (sealed_with);
