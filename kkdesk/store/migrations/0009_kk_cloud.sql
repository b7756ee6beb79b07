-- What the cloud endpoints keep beside the web CRM's rows.

-- Opens and clicks by who made them: of each mail and link the first by a person and the first by a machine, with the
-- rule that decided (`services/tracking/classification.py`). `email_tracking` stays as the web CRM writes it, whoever
-- came; what it holds and this does not is the web CRM's, and counts as a person's.
CREATE TABLE IF NOT EXISTS kk_visits (
  id TEXT PRIMARY KEY NOT NULL,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  recipient_id TEXT NOT NULL REFERENCES campaign_recipients (id) ON DELETE CASCADE,
  -- open, click
  type TEXT NOT NULL,
  -- Of a click; else empty.
  link_url TEXT NOT NULL DEFAULT '',
  -- person, machine
  actor TEXT NOT NULL,
  rule TEXT NOT NULL,
  -- Where it came from, never a whole address: the first 24 bits of IPv4, 48 of IPv6.
  network TEXT,
  user_agent TEXT,
  -- Unix milliseconds, by the clock of the server that was visited.
  at_ms INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS kk_visits_first_uidx ON kk_visits (recipient_id, type, link_url, actor);
CREATE INDEX IF NOT EXISTS kk_visits_campaign_idx ON kk_visits (campaign_id, type, actor, recipient_id);

-- Campaigns and customers whose opens and clicks are nobody's business: no pixel, no rewritten link, nothing recorded.
CREATE TABLE IF NOT EXISTS kk_untracked_campaigns (
  id TEXT PRIMARY KEY NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  since INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS kk_untracked_customers (
  id TEXT PRIMARY KEY NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  since INTEGER NOT NULL
);

-- The last call of each of the scheduler's endpoints, and the last that went well. Unix milliseconds.
CREATE TABLE IF NOT EXISTS kk_cron_runs (
  endpoint TEXT PRIMARY KEY NOT NULL,
  began_ms INTEGER NOT NULL,
  ended_ms INTEGER,
  succeeded_ms INTEGER,
  -- A JSON object: what the last finished call answered.
  report TEXT
);
