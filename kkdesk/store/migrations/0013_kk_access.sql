-- Who is let in beside AUTH_ALLOWED_EMAILS, who no more, and what the token broker answered.
CREATE TABLE IF NOT EXISTS kk_access (
  -- `org_id:email`
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  -- Folded, as `model/email_address.py` does it.
  email TEXT NOT NULL,
  -- granted: came by an invitation; revoked: is kept out, whatever the list says.
  state TEXT NOT NULL CHECK (state IN ('granted', 'revoked')),
  changed_by TEXT,
  changed_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS kk_access_org_idx ON kk_access (org_id, state);

CREATE TABLE IF NOT EXISTS kk_access_log (
  id TEXT PRIMARY KEY NOT NULL,
  -- No references: what happened outlives whom it happened to.
  org_id TEXT NOT NULL,
  email TEXT NOT NULL,
  user_id TEXT,
  -- token, refused, joined, invited, role, revoked
  event TEXT NOT NULL,
  -- Why it was refused, or the role given.
  detail TEXT,
  -- full-access or read-only, of a token.
  access TEXT,
  -- The asker's network (/24, IPv6 /48), never the address.
  network TEXT,
  -- When the token ends.
  expires_at INTEGER,
  at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS kk_access_log_email_idx ON kk_access_log (org_id, email, at);
CREATE INDEX IF NOT EXISTS kk_access_log_at_idx ON kk_access_log (at);
