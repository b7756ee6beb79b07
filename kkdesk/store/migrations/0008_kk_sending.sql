-- Sending politely, and what comes back.

-- Settings that hold for the whole company, on every computer and in the cloud (`services/company_settings.py`).
CREATE TABLE IF NOT EXISTS kk_settings (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  value TEXT NOT NULL,
  updated_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX IF NOT EXISTS kk_settings_name_uidx ON kk_settings (org_id, name);

-- The files of a campaign as they were when its recipients were listed (a JSON list: asset, address, SHA-256, role).
CREATE TABLE IF NOT EXISTS kk_campaign_files (
  campaign_id TEXT PRIMARY KEY NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  files TEXT NOT NULL
);

-- Whether all recipients of a campaign have been listed; one that has rows but is not complete was interrupted.
CREATE TABLE IF NOT EXISTS kk_send_lists (
  campaign_id TEXT PRIMARY KEY NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  begun_at INTEGER NOT NULL,
  completed_at INTEGER
);

-- What has been granted to be sent, and in which second: all workers keep within the limits together.
CREATE TABLE IF NOT EXISTS kk_send_slots (
  claim_id TEXT NOT NULL,
  org_id TEXT NOT NULL,
  second INTEGER NOT NULL,
  number INTEGER NOT NULL,
  PRIMARY KEY (claim_id, second)
);
CREATE INDEX IF NOT EXISTS kk_send_slots_second_idx ON kk_send_slots (org_id, second, number);

-- Campaigns that were held by themselves: why (blocked, too_large, refused_content, errors), and when a person let them go on.
CREATE TABLE IF NOT EXISTS kk_send_pauses (
  id TEXT PRIMARY KEY NOT NULL,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  cause TEXT NOT NULL,
  domain TEXT,
  paused_at INTEGER NOT NULL,
  resumed_at INTEGER
);
CREATE INDEX IF NOT EXISTS kk_send_pauses_campaign_idx ON kk_send_pauses (campaign_id, paused_at);

-- How far a bounce mailbox has been read; everything up to `last_uid` of `uid_validity` is on record.
CREATE TABLE IF NOT EXISTS kk_mailboxes (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  uid_validity INTEGER NOT NULL,
  last_uid INTEGER NOT NULL,
  checked_at INTEGER NOT NULL,
  last_error TEXT
);

-- What people did to the list of addresses that are never mailed, and why.
CREATE TABLE IF NOT EXISTS kk_suppression_notes (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  note TEXT NOT NULL,
  user_id TEXT NOT NULL,
  created_at INTEGER NOT NULL
);
CREATE INDEX IF NOT EXISTS kk_suppression_notes_address_idx ON kk_suppression_notes (org_id, address);

-- Bounces name the mail by its Message-ID.
CREATE INDEX IF NOT EXISTS kk_sends_message_idx ON kk_sends (message_id) WHERE message_id IS NOT NULL;
-- An address is given up when it has failed on several days.
CREATE INDEX IF NOT EXISTS kk_bounces_address_idx ON email_delivery_events (lower(trim(email_address)), occurred_at)
  WHERE event_type = 'bounce';
-- The recent results of a campaign, and its errors by cause.
CREATE INDEX IF NOT EXISTS kk_sends_settled_idx ON kk_sends (campaign_id, settled_at) WHERE settled_at IS NOT NULL;
