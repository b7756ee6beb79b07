-- What unsubscribing by a mail's link has done: its page takes back just that, and staff see who left by which mail.
CREATE TABLE IF NOT EXISTS kk_link_optouts (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  -- The mail's. No references: its customer may have been deleted since, and an opt-out outlives that.
  campaign_id TEXT NOT NULL,
  recipient_id TEXT NOT NULL,
  -- Folded, as `model/email_address.py` does it.
  address TEXT NOT NULL,
  -- The row of `unsubscribes` that keeps the address out: made by this link (`is_first` is 1), or there before.
  unsubscribe_id TEXT NOT NULL,
  is_first INTEGER NOT NULL,
  -- Rows that this link made in `email_suppressions` and `email_tracking`, if it did.
  suppression_id TEXT,
  tracking_id TEXT,
  -- A JSON list: customers who got mails until then.
  customers TEXT NOT NULL,
  reason TEXT,
  left_at INTEGER NOT NULL,
  -- Taken back by the same link, and the change that did it.
  undone_at INTEGER,
  undone_by TEXT
);
CREATE INDEX IF NOT EXISTS kk_link_optouts_recipient_idx ON kk_link_optouts (recipient_id, left_at);
CREATE INDEX IF NOT EXISTS kk_link_optouts_address_idx ON kk_link_optouts (org_id, address);
CREATE INDEX IF NOT EXISTS kk_link_optouts_unsubscribe_idx ON kk_link_optouts (unsubscribe_id);
