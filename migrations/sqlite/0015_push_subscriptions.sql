-- Where a browser of a responder is woken by push. Whoever knows the endpoint and its keys can write to
-- that phone: both lie sealed, and the endpoint is found again by its hash.
CREATE TABLE push_subscriptions (
    endpoint_sha256 BLOB PRIMARY KEY NOT NULL,
    responder       TEXT NOT NULL REFERENCES responders (id),
    session_sha256  BLOB NOT NULL, -- the session that asked for it: it ends with its log-out
    at              INTEGER NOT NULL,
    sealed_with     TEXT NOT NULL,
    sealed          BLOB NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX push_subscriptions_by_responder ON push_subscriptions (responder, at);
CREATE INDEX push_subscriptions_by_session ON push_subscriptions (session_sha256);
CREATE INDEX push_subscriptions_by_seal ON push_subscriptions (sealed_with);
