-- How far the list of a campaign's recipients has got while it is being made: what the audience needs to go on from
-- there, as JSON (`services/audience_parts.py`). Gone once the list is complete.
CREATE TABLE IF NOT EXISTS kk_send_list_places (
  campaign_id TEXT PRIMARY KEY NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  place TEXT NOT NULL
);

-- Customers in the order in which they are listed.
CREATE INDEX IF NOT EXISTS kk_customers_listed_idx ON customers (org_id, created_at, id);
