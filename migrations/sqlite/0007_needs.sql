-- What planning has to know of a senior when an alarm comes, beside the file: JSON, '' for nothing.
ALTER TABLE seniors ADD COLUMN needs TEXT NOT NULL DEFAULT '';
