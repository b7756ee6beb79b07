-- The web CRM's tables, name for name and column for column: KK Desk runs on the same database.
-- Facts (types, defaults, keys) as its nine migrations leave them; see docs/architecture.md, "Schema".

CREATE TABLE IF NOT EXISTS __drizzle_migrations (
  id SERIAL PRIMARY KEY,
  hash TEXT NOT NULL,
  created_at numeric
);

CREATE TABLE IF NOT EXISTS geocode_cache (
  id TEXT PRIMARY KEY NOT NULL,
  address TEXT NOT NULL,
  latitude REAL NOT NULL,
  longitude REAL NOT NULL,
  formatted_address TEXT,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS organizations (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT NOT NULL,
  slug TEXT NOT NULL,
  logo TEXT,
  settings TEXT,
  subscription_tier TEXT DEFAULT 'free',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS sync_metadata (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  table_name TEXT NOT NULL,
  last_sync_at INTEGER NOT NULL,
  sync_version INTEGER NOT NULL DEFAULT 0
);

CREATE TABLE IF NOT EXISTS tags (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  color TEXT NOT NULL DEFAULT '#3B82F6',
  description TEXT,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS users (
  id TEXT PRIMARY KEY NOT NULL,
  name TEXT,
  email TEXT NOT NULL,
  emailVerified INTEGER,
  image TEXT,
  avatar TEXT,
  password_hash TEXT,
  created_at INTEGER,
  updated_at INTEGER
);

CREATE TABLE IF NOT EXISTS verification_tokens (
  identifier TEXT NOT NULL,
  token TEXT NOT NULL,
  expires INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS user_preferences (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  notifications TEXT NOT NULL,
  theme TEXT NOT NULL DEFAULT 'dark',
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_assets (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  uploader_user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  blob_url TEXT NOT NULL,
  blob_path TEXT NOT NULL,
  file_name TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size_bytes INTEGER NOT NULL,
  kind TEXT NOT NULL,
  width INTEGER,
  height INTEGER,
  sha256 TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  deleted_at INTEGER
);

CREATE TABLE IF NOT EXISTS email_validation_cache (
  id TEXT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL UNIQUE,
  domain TEXT NOT NULL,
  syntax_valid INTEGER NOT NULL,
  mx_valid INTEGER,
  mx_records TEXT,
  smtp_valid INTEGER,
  validation_source TEXT,
  error_message TEXT,
  validated_at INTEGER NOT NULL,
  expires_at INTEGER NOT NULL,
  check_count INTEGER DEFAULT 1,
  last_used_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_retry_config (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT REFERENCES organizations (id) ON DELETE CASCADE,
  failure_reason TEXT NOT NULL,
  max_retries INTEGER NOT NULL DEFAULT 3,
  initial_delay_seconds INTEGER NOT NULL DEFAULT 300,
  backoff_multiplier REAL NOT NULL DEFAULT 2.0,
  max_delay_seconds INTEGER NOT NULL DEFAULT 86400,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS accounts (
  id TEXT PRIMARY KEY NOT NULL,
  userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  provider TEXT NOT NULL,
  providerAccountId TEXT NOT NULL,
  refresh_token TEXT,
  access_token TEXT,
  expires_at INTEGER,
  token_type TEXT,
  scope TEXT,
  id_token TEXT,
  session_state TEXT
);

CREATE TABLE IF NOT EXISTS custom_fields (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  label TEXT NOT NULL,
  type TEXT NOT NULL,
  options TEXT,
  required INTEGER DEFAULT false,
  sort_order INTEGER DEFAULT 0,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS customers (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  first_name TEXT NOT NULL,
  last_name TEXT,
  company TEXT,
  title TEXT,
  avatar TEXT,
  email TEXT,
  email_secondary TEXT,
  phone TEXT,
  phone_secondary TEXT,
  mobile TEXT,
  fax TEXT,
  website TEXT,
  street TEXT,
  city TEXT,
  state TEXT,
  postal_code TEXT,
  country TEXT DEFAULT 'Ελλάδα',
  afm TEXT,
  doy TEXT,
  gemh TEXT,
  activity_code TEXT,
  legal_form TEXT,
  category TEXT DEFAULT 'retail',
  lifecycle_stage TEXT DEFAULT 'customer',
  lead_source TEXT,
  lead_score INTEGER DEFAULT 0,
  revenue REAL DEFAULT 0,
  currency TEXT DEFAULT 'EUR',
  payment_terms TEXT,
  credit_limit REAL,
  birthday TEXT,
  last_contact_date INTEGER,
  next_follow_up_date INTEGER,
  latitude REAL,
  longitude REAL,
  geocoded_at INTEGER,
  notes TEXT,
  is_vip INTEGER DEFAULT false,
  is_active INTEGER DEFAULT true,
  unsubscribed INTEGER DEFAULT false,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL,
  created_by TEXT REFERENCES users (id)
);

CREATE TABLE IF NOT EXISTS email_automations (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  trigger TEXT NOT NULL,
  trigger_config TEXT,
  is_active INTEGER DEFAULT false,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_signatures (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  content TEXT NOT NULL,
  is_default INTEGER DEFAULT false,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_templates (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL,
  category TEXT,
  is_default INTEGER DEFAULT false,
  thumbnail TEXT,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS gmail_credentials (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  access_token TEXT NOT NULL,
  refresh_token TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  is_default INTEGER DEFAULT false,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS google_calendar_tokens (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  access_token TEXT NOT NULL,
  refresh_token TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  calendar_id TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS leads (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  first_name TEXT NOT NULL,
  last_name TEXT,
  company TEXT,
  email TEXT,
  phone TEXT,
  source TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'new',
  score INTEGER DEFAULT 0,
  assigned_to TEXT REFERENCES users (id),
  converted_to_customer_id TEXT REFERENCES customers (id),
  converted_at INTEGER,
  notes TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS notifications (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  message TEXT,
  link TEXT,
  is_read INTEGER DEFAULT false,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS organization_invitations (
  id TEXT PRIMARY KEY NOT NULL,
  email TEXT NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  role TEXT NOT NULL DEFAULT 'member',
  token TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS organization_members (
  id TEXT PRIMARY KEY NOT NULL,
  user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  role TEXT NOT NULL DEFAULT 'member',
  invited_at INTEGER,
  joined_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS saved_locations (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  address TEXT,
  latitude REAL NOT NULL,
  longitude REAL NOT NULL,
  category TEXT,
  notes TEXT,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS segments (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  description TEXT,
  filters TEXT,
  customer_count INTEGER DEFAULT 0,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS sessions (
  sessionToken TEXT PRIMARY KEY NOT NULL,
  userId TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  expires INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS tasks (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  title TEXT NOT NULL,
  description TEXT,
  customer_id TEXT REFERENCES customers (id) ON DELETE SET NULL,
  assigned_to TEXT REFERENCES users (id),
  status TEXT NOT NULL DEFAULT 'todo',
  priority TEXT NOT NULL DEFAULT 'medium',
  due_date INTEGER,
  completed_at INTEGER,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS territories (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  color TEXT NOT NULL DEFAULT '#3B82F6',
  geometry TEXT,
  assigned_to TEXT REFERENCES users (id),
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS automation_steps (
  id TEXT PRIMARY KEY NOT NULL,
  automation_id TEXT NOT NULL REFERENCES email_automations (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  config TEXT,
  sort_order INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS customer_activities (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  title TEXT NOT NULL,
  description TEXT,
  metadata TEXT,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS customer_custom_values (
  id TEXT PRIMARY KEY NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  field_id TEXT NOT NULL REFERENCES custom_fields (id) ON DELETE CASCADE,
  value TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS customer_images (
  id TEXT PRIMARY KEY NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  url TEXT NOT NULL,
  filename TEXT NOT NULL,
  mime_type TEXT NOT NULL,
  size INTEGER NOT NULL,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS customer_notes (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  content TEXT NOT NULL,
  is_pinned INTEGER DEFAULT false,
  created_by TEXT NOT NULL REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS customer_tags (
  id TEXT PRIMARY KEY NOT NULL,
  customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  tag_id TEXT NOT NULL REFERENCES tags (id) ON DELETE CASCADE,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_campaigns (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  name TEXT NOT NULL,
  subject TEXT NOT NULL,
  content TEXT NOT NULL,
  template_id TEXT REFERENCES email_templates (id),
  signature_id TEXT REFERENCES email_signatures (id),
  status TEXT NOT NULL DEFAULT 'draft',
  from_email TEXT,
  gmail_credential_id TEXT REFERENCES gmail_credentials (id),
  recipient_filters TEXT,
  scheduled_at INTEGER,
  sent_at INTEGER,
  total_recipients INTEGER DEFAULT 0,
  sent_count INTEGER DEFAULT 0,
  open_count INTEGER DEFAULT 0,
  click_count INTEGER DEFAULT 0,
  bounce_count INTEGER DEFAULT 0,
  unsubscribe_count INTEGER DEFAULT 0,
  created_by TEXT REFERENCES users (id),
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS unsubscribes (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  reason TEXT,
  campaign_id TEXT REFERENCES email_campaigns (id),
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_jobs (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  sender_user_id TEXT NOT NULL REFERENCES users (id) ON DELETE CASCADE,
  status TEXT NOT NULL DEFAULT 'queued',
  run_at INTEGER NOT NULL,
  attempts INTEGER NOT NULL DEFAULT 0,
  max_attempts INTEGER NOT NULL DEFAULT 3,
  locked_at INTEGER,
  locked_by TEXT,
  started_at INTEGER,
  completed_at INTEGER,
  last_error TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS campaign_assets (
  id TEXT PRIMARY KEY NOT NULL,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  asset_id TEXT NOT NULL REFERENCES email_assets (id) ON DELETE CASCADE,
  role TEXT NOT NULL,
  embed_inline INTEGER NOT NULL DEFAULT false,
  display_width_px INTEGER,
  align TEXT,
  alt_text TEXT,
  sort_order INTEGER NOT NULL DEFAULT 0,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_suppressions (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  suppression_type TEXT NOT NULL,
  suppression_reason TEXT,
  source_campaign_id TEXT REFERENCES email_campaigns (id) ON DELETE SET NULL,
  source_event_id TEXT,
  bounce_count INTEGER DEFAULT 0,
  complaint_count INTEGER DEFAULT 0,
  suppressed_at INTEGER NOT NULL,
  expires_at INTEGER
);

CREATE TABLE IF NOT EXISTS campaign_recipients (
  id TEXT PRIMARY KEY NOT NULL,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  customer_id TEXT NOT NULL REFERENCES customers (id) ON DELETE CASCADE,
  email TEXT NOT NULL,
  status TEXT NOT NULL DEFAULT 'pending',
  sent_at INTEGER,
  error_message TEXT,
  failure_category TEXT,
  failure_reason_detailed TEXT,
  bounce_type TEXT,
  attempt_count INTEGER DEFAULT 0,
  last_attempt_at INTEGER,
  next_retry_at INTEGER,
  mx_valid INTEGER,
  dns_checked_at INTEGER,
  email_normalized TEXT,
  domain TEXT
);

CREATE TABLE IF NOT EXISTS email_tracking (
  id TEXT PRIMARY KEY NOT NULL,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  recipient_id TEXT NOT NULL REFERENCES campaign_recipients (id) ON DELETE CASCADE,
  type TEXT NOT NULL,
  link_url TEXT,
  ip_address TEXT,
  user_agent TEXT,
  created_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_job_items (
  id TEXT PRIMARY KEY NOT NULL,
  job_id TEXT NOT NULL REFERENCES email_jobs (id) ON DELETE CASCADE,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  recipient_id TEXT NOT NULL REFERENCES campaign_recipients (id) ON DELETE CASCADE,
  status TEXT NOT NULL DEFAULT 'pending',
  sent_at INTEGER,
  error_message TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
);

CREATE TABLE IF NOT EXISTS email_delivery_events (
  id TEXT PRIMARY KEY NOT NULL,
  org_id TEXT NOT NULL REFERENCES organizations (id) ON DELETE CASCADE,
  campaign_id TEXT NOT NULL REFERENCES email_campaigns (id) ON DELETE CASCADE,
  recipient_id TEXT NOT NULL REFERENCES campaign_recipients (id) ON DELETE CASCADE,
  event_type TEXT NOT NULL,
  event_category TEXT NOT NULL,
  failure_reason TEXT,
  smtp_code INTEGER,
  smtp_message TEXT,
  diagnostic_code TEXT,
  bounce_type TEXT,
  bounce_subtype TEXT,
  attempt_number INTEGER DEFAULT 1,
  next_retry_at INTEGER,
  retry_eligible INTEGER DEFAULT 0,
  email_address TEXT NOT NULL,
  domain TEXT,
  mx_valid INTEGER,
  dns_checked_at INTEGER,
  occurred_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
);
