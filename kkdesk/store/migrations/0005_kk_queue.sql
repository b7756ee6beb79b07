-- Sending: what the web CRM's queue does not keep.

-- The campaign as it was when its recipients were listed; later edits do not reach the mails.
CREATE TABLE IF NOT EXISTS kk_campaign_content (
  campaign_id TEXT PRIMARY KEY NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL,
  signature TEXT NOT NULL,
  from_email TEXT NOT NULL,
  frozen_at INTEGER NOT NULL
);

-- One row for each recipient of a campaign that we send, in the order in which they were listed. `address` is the
-- folded address: with its unique index one address cannot be mailed twice by one campaign, whoever lists it. `due_at`,
-- then the row's place, orders what is pending. A claim (one batch of one worker) leaves its id, its time and the
-- Message-ID here before anything is handed to a server.
CREATE TABLE IF NOT EXISTS kk_sends (
  recipient_id TEXT PRIMARY KEY NOT NULL REFERENCES campaign_recipients (id) ON DELETE CASCADE,
  campaign_id TEXT NOT NULL,
  job_id TEXT NOT NULL,
  address TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'pending',
  due_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  claim_id TEXT,
  worker TEXT,
  claimed_at INTEGER,
  message_id TEXT,
  reason TEXT,
  settled_at INTEGER
);
CREATE UNIQUE INDEX IF NOT EXISTS kk_sends_address_uidx ON kk_sends (campaign_id, address);
CREATE INDEX IF NOT EXISTS kk_sends_due_idx ON kk_sends (job_id, due_at) WHERE state = 'pending';
CREATE INDEX IF NOT EXISTS kk_sends_claim_idx ON kk_sends (claim_id) WHERE state = 'claimed';
CREATE INDEX IF NOT EXISTS kk_sends_state_idx ON kk_sends (campaign_id, state);

-- Workers that are alive, by their heartbeat.
CREATE TABLE IF NOT EXISTS kk_workers (
  worker TEXT PRIMARY KEY NOT NULL,
  home TEXT NOT NULL,
  started_at INTEGER NOT NULL,
  beat_at INTEGER NOT NULL
);

-- A home is the profile folder a worker keeps its journal in. The folder remembers its last claim too: when it knows
-- of a later one than the database does, the database has been restored from a backup.
CREATE TABLE IF NOT EXISTS kk_send_homes (
  home TEXT PRIMARY KEY NOT NULL,
  last_claim TEXT NOT NULL
);

-- Of a job: which home sent for it last, when (a ULID) it had its last turn, and how many runs in a row a server's
-- refusal has ended.
CREATE TABLE IF NOT EXISTS kk_send_jobs (
  job_id TEXT PRIMARY KEY NOT NULL REFERENCES email_jobs (id) ON DELETE CASCADE,
  home TEXT,
  last_turn TEXT,
  stops INTEGER NOT NULL DEFAULT 0
);

-- The web CRM looks rows of a job up by scanning it.
CREATE INDEX IF NOT EXISTS kk_job_items_recipient_idx ON email_job_items (recipient_id);
-- Opt-outs are matched by address, whatever its case, for each mail at send time.
CREATE INDEX IF NOT EXISTS kk_unsubscribes_address_idx ON unsubscribes (lower(trim(email)));
CREATE INDEX IF NOT EXISTS kk_suppressions_address_idx ON email_suppressions (lower(trim(email)));
CREATE INDEX IF NOT EXISTS kk_customers_address_idx ON customers (lower(trim(email))) WHERE email IS NOT NULL;
-- Opt-outs whose spelling SQLite cannot compare (letters beyond ASCII, a name around the address): usually none.
CREATE INDEX IF NOT EXISTS kk_unsubscribes_odd_idx ON unsubscribes (org_id, email) WHERE email GLOB '*[^!-;=?-~]*';
CREATE INDEX IF NOT EXISTS kk_suppressions_odd_idx ON email_suppressions (org_id, email) WHERE email GLOB '*[^!-;=?-~]*';
CREATE INDEX IF NOT EXISTS kk_customers_odd_idx ON customers (unsubscribed) WHERE email GLOB '*[^!-;=?-~]*';
