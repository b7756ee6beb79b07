-- Figures of campaigns: who opened and clicked is counted by recipient, not by row.
CREATE INDEX IF NOT EXISTS kk_tracking_recipient_idx ON email_tracking (campaign_id, type, recipient_id);
