-- The registry: seniors are found as their names are spoken. NULL: not reckoned yet; a service that
-- starts does it, a little at a time.
ALTER TABLE seniors ADD COLUMN pinyin TEXT;
CREATE INDEX seniors_by_pinyin ON seniors (district, pinyin, name, id);
CREATE INDEX seniors_without_pinyin ON seniors (id) WHERE pinyin IS NULL;
