-- Where customers are: who says so, and whose turn it is to be looked up.

-- Of each address that a geocoder was asked about, by the web CRM's key (`geocode_cache.address`): the last answer, and
-- when it may be asked about again (Unix seconds). `claim_id` names the run that is asking just now; it has until then.
CREATE TABLE IF NOT EXISTS kk_geocode_lookups (
  id TEXT PRIMARY KEY NOT NULL,
  claim_id TEXT,
  rests_until INTEGER NOT NULL,
  -- found, not_found, failed; NULL before the first answer
  outcome TEXT,
  reason TEXT,
  -- google, nominatim
  source TEXT,
  -- rooftop, street, postal_code, town
  quality TEXT,
  -- 1: not everything of the address matched
  needs_review INTEGER NOT NULL DEFAULT 0,
  -- Google's, which may be kept for ever; its coordinates may be for 30 days.
  place_id TEXT,
  latitude REAL,
  longitude REAL,
  answered_at INTEGER
);

-- Of each customer that was looked up: when that was (`turn` counts up), and where its place comes from. The place is
-- still that one as long as the customer has these coordinates: others were put there by a person, or by the web CRM.
-- Bound by no foreign key, so that undo may take a new customer away although it has been looked up.
CREATE TABLE IF NOT EXISTS kk_customer_places (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL,
  turn INTEGER NOT NULL,
  -- Not looked up again before, unless the address is another (Unix seconds).
  due_at INTEGER NOT NULL,
  -- Street, postal code, city, state and country as they were then, one a line.
  address TEXT NOT NULL,
  -- found, not_found, failed; waiting: nobody to ask
  outcome TEXT NOT NULL,
  reason TEXT,
  source TEXT,
  quality TEXT,
  needs_review INTEGER NOT NULL DEFAULT 0,
  place_id TEXT,
  latitude REAL,
  longitude REAL,
  fetched_at INTEGER
);
CREATE INDEX IF NOT EXISTS kk_customer_places_turn_idx ON kk_customer_places (turn);
CREATE INDEX IF NOT EXISTS kk_customer_places_org_idx ON kk_customer_places (org_id, turn);
CREATE TRIGGER IF NOT EXISTS kk_customers_places_delete AFTER DELETE ON customers
BEGIN
  DELETE FROM kk_customer_places WHERE id = OLD.id;
END;
CREATE INDEX IF NOT EXISTS kk_customers_unplaced_idx ON customers (org_id) WHERE latitude IS NULL OR longitude IS NULL;

-- The next moment (Unix milliseconds) at which a geocoder may be asked that wants all of us to be slow.
CREATE TABLE IF NOT EXISTS kk_geocode_pace (
  id TEXT PRIMARY KEY NOT NULL,
  next_ms INTEGER NOT NULL
);
