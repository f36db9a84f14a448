-- A picture of a senior's face, sealed as photos are: so that the right person is found at a roadside.
CREATE TABLE faces (
    district    TEXT NOT NULL,
    senior      UUID NOT NULL,
    at          BIGINT NOT NULL,
    sealed_with TEXT NOT NULL,
    sealed      BYTEA NOT NULL,
    PRIMARY KEY (district, senior),
    FOREIGN KEY (district, senior) REFERENCES seniors (district, id)
);
CREATE UNIQUE INDEX faces_by_senior ON faces (senior);
CREATE INDEX faces_by_seal ON faces (sealed_with);
-- Sealed bytes do not become smaller: nobody tries.
ALTER TABLE faces ALTER COLUMN sealed SET STORAGE EXTERNAL;
