-- only: new
-- The web CRM's validation triggers and reporting views, with its names, messages and columns. They are made in new
-- databases only: an existing one that lacks them holds rows which they would refuse to see edited.

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_email_insert
BEFORE INSERT ON customers WHEN NEW.email <> ''
BEGIN
  SELECT RAISE(ABORT, 'Invalid email format')
  WHERE NOT (NEW.email GLOB '*@*.*' AND NEW.email NOT GLOB '@*' AND NEW.email NOT GLOB '*@.*'
             AND length(NEW.email) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_email_update
BEFORE UPDATE OF email ON customers WHEN NEW.email <> '' AND NEW.email <> OLD.email
BEGIN
  SELECT RAISE(ABORT, 'Invalid email format')
  WHERE NOT (NEW.email GLOB '*@*.*' AND NEW.email NOT GLOB '@*' AND NEW.email NOT GLOB '*@.*'
             AND length(NEW.email) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_email_secondary_insert
BEFORE INSERT ON customers WHEN NEW.email_secondary <> ''
BEGIN
  SELECT RAISE(ABORT, 'Invalid secondary email format')
  WHERE NOT (NEW.email_secondary GLOB '*@*.*' AND NEW.email_secondary NOT GLOB '@*' AND NEW.email_secondary NOT GLOB '*@.*'
             AND length(NEW.email_secondary) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_email_secondary_update
BEFORE UPDATE OF email_secondary ON customers WHEN NEW.email_secondary <> '' AND NEW.email_secondary <> OLD.email_secondary
BEGIN
  SELECT RAISE(ABORT, 'Invalid secondary email format')
  WHERE NOT (NEW.email_secondary GLOB '*@*.*' AND NEW.email_secondary NOT GLOB '@*' AND NEW.email_secondary NOT GLOB '*@.*'
             AND length(NEW.email_secondary) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_lead_email_insert
BEFORE INSERT ON leads WHEN NEW.email <> ''
BEGIN
  SELECT RAISE(ABORT, 'Invalid email format')
  WHERE NOT (NEW.email GLOB '*@*.*' AND NEW.email NOT GLOB '@*' AND NEW.email NOT GLOB '*@.*'
             AND length(NEW.email) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_lead_email_update
BEFORE UPDATE OF email ON leads WHEN NEW.email <> '' AND NEW.email <> OLD.email
BEGIN
  SELECT RAISE(ABORT, 'Invalid email format')
  WHERE NOT (NEW.email GLOB '*@*.*' AND NEW.email NOT GLOB '@*' AND NEW.email NOT GLOB '*@.*'
             AND length(NEW.email) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_recipient_email_insert
BEFORE INSERT ON campaign_recipients WHEN NEW.email IS NOT NULL
BEGIN
  SELECT RAISE(ABORT, 'Invalid email format for recipient')
  WHERE NOT (NEW.email GLOB '*@*.*' AND NEW.email NOT GLOB '@*' AND NEW.email NOT GLOB '*@.*'
             AND length(NEW.email) BETWEEN 5 AND 254);
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_afm_insert
BEFORE INSERT ON customers WHEN NEW.afm <> ''
BEGIN
  SELECT RAISE(ABORT, 'AFM must be exactly 9 digits') WHERE length(NEW.afm) <> 9;
  SELECT RAISE(ABORT, 'AFM must contain only digits') WHERE NEW.afm GLOB '*[^0-9]*';
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_afm_update
BEFORE UPDATE OF afm ON customers WHEN NEW.afm <> '' AND NEW.afm <> OLD.afm
BEGIN
  SELECT RAISE(ABORT, 'AFM must be exactly 9 digits') WHERE length(NEW.afm) <> 9;
  SELECT RAISE(ABORT, 'AFM must contain only digits') WHERE NEW.afm GLOB '*[^0-9]*';
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_postal_insert
BEFORE INSERT ON customers WHEN NEW.postal_code <> ''
BEGIN
  SELECT RAISE(ABORT, 'Greek postal code must be exactly 5 digits') WHERE length(NEW.postal_code) <> 5;
  SELECT RAISE(ABORT, 'Postal code must contain only digits') WHERE NEW.postal_code GLOB '*[^0-9]*';
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_postal_update
BEFORE UPDATE OF postal_code ON customers WHEN NEW.postal_code <> '' AND NEW.postal_code <> OLD.postal_code
BEGIN
  SELECT RAISE(ABORT, 'Greek postal code must be exactly 5 digits') WHERE length(NEW.postal_code) <> 5;
  SELECT RAISE(ABORT, 'Postal code must contain only digits') WHERE NEW.postal_code GLOB '*[^0-9]*';
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_website_insert
BEFORE INSERT ON customers WHEN NEW.website <> ''
BEGIN
  SELECT RAISE(ABORT, 'Website must be a valid URL starting with http:// or https://')
  WHERE NOT (lower(NEW.website) GLOB 'http://*' OR lower(NEW.website) GLOB 'https://*')
     OR length(NEW.website) < 10 OR instr(NEW.website, '..') > 0;
END;

CREATE TRIGGER IF NOT EXISTS trg_validate_customer_website_update
BEFORE UPDATE OF website ON customers WHEN NEW.website <> '' AND NEW.website <> OLD.website
BEGIN
  SELECT RAISE(ABORT, 'Website must be a valid URL starting with http:// or https://')
  WHERE NOT (lower(NEW.website) GLOB 'http://*' OR lower(NEW.website) GLOB 'https://*')
     OR length(NEW.website) < 10 OR instr(NEW.website, '..') > 0;
END;

CREATE VIEW IF NOT EXISTS v_data_quality_issues AS
SELECT 'customers' AS table_name, id AS record_id, 'email' AS field_name, email AS field_value, 'Invalid email format' AS issue_description
FROM customers WHERE email <> '' AND NOT (email GLOB '*@*.*' AND email NOT GLOB '@*' AND email NOT GLOB '*@.*' AND length(email) BETWEEN 5 AND 254)
UNION ALL
SELECT 'customers' AS table_name, id AS record_id, 'email_secondary' AS field_name, email_secondary AS field_value, 'Invalid secondary email format' AS issue_description
FROM customers WHERE email_secondary <> '' AND NOT (email_secondary GLOB '*@*.*' AND email_secondary NOT GLOB '@*' AND email_secondary NOT GLOB '*@.*' AND length(email_secondary) BETWEEN 5 AND 254)
UNION ALL
SELECT 'customers' AS table_name, id AS record_id, 'afm' AS field_name, afm AS field_value, 'Invalid AFM format - must be 9 digits' AS issue_description
FROM customers WHERE afm <> '' AND (length(afm) <> 9 OR afm GLOB '*[^0-9]*')
UNION ALL
SELECT 'customers' AS table_name, id AS record_id, 'postal_code' AS field_name, postal_code AS field_value, 'Invalid postal code - must be 5 digits' AS issue_description
FROM customers WHERE postal_code <> '' AND (length(postal_code) <> 5 OR postal_code GLOB '*[^0-9]*')
UNION ALL
SELECT 'customers' AS table_name, id AS record_id, 'website' AS field_name, website AS field_value, 'Invalid website URL - must start with http:// or https://' AS issue_description
FROM customers WHERE website <> '' AND (NOT (lower(website) GLOB 'http://*' OR lower(website) GLOB 'https://*') OR length(website) < 10 OR instr(website, '..') > 0)
UNION ALL
SELECT 'leads' AS table_name, id AS record_id, 'email' AS field_name, email AS field_value, 'Invalid email format' AS issue_description
FROM leads WHERE email <> '' AND NOT (email GLOB '*@*.*' AND email NOT GLOB '@*' AND email NOT GLOB '*@.*' AND length(email) BETWEEN 5 AND 254)
UNION ALL
SELECT 'campaign_recipients' AS table_name, id AS record_id, 'email' AS field_name, email AS field_value, 'Invalid email format' AS issue_description
FROM campaign_recipients WHERE email <> '' AND NOT (email GLOB '*@*.*' AND email NOT GLOB '@*' AND email NOT GLOB '*@.*' AND length(email) BETWEEN 5 AND 254);

CREATE VIEW IF NOT EXISTS v_data_quality_stats AS
SELECT
  (SELECT count(*) FROM customers) AS total_customers,
  (SELECT count(*) FROM customers WHERE email <> '') AS customers_with_email,
  (SELECT count(*) FROM v_data_quality_issues WHERE table_name = 'customers' AND field_name = 'email') AS invalid_customer_emails,
  (SELECT count(*) FROM customers WHERE afm <> '') AS customers_with_afm,
  (SELECT count(*) FROM v_data_quality_issues WHERE table_name = 'customers' AND field_name = 'afm') AS invalid_customer_afms,
  (SELECT count(*) FROM leads) AS total_leads,
  (SELECT count(*) FROM v_data_quality_issues WHERE table_name = 'leads') AS invalid_leads,
  (SELECT count(*) FROM campaign_recipients) AS total_recipients,
  (SELECT count(*) FROM v_data_quality_issues WHERE table_name = 'campaign_recipients') AS invalid_recipient_emails;

CREATE VIEW IF NOT EXISTS v_valid_afm AS
SELECT id, afm, length(afm) = 9 AND afm NOT GLOB '*[^0-9]*' AS is_valid FROM customers WHERE afm <> '';

CREATE VIEW IF NOT EXISTS v_valid_emails AS
SELECT id, email,
  email GLOB '?*@*.*' AND email NOT GLOB '@*' AND email NOT GLOB '*@.*' AND email NOT GLOB '*.@*'
  AND email NOT GLOB '*.' AND length(email) BETWEEN 5 AND 254 AS is_valid
FROM customers WHERE email <> '';

CREATE VIEW IF NOT EXISTS v_suppressed_emails AS
SELECT id, org_id, email, suppression_type, suppression_reason, suppressed_at, expires_at,
  expires_at IS NULL OR expires_at > unixepoch() AS is_active
FROM email_suppressions;

CREATE VIEW IF NOT EXISTS v_email_validation_status AS
SELECT id, email, domain, syntax_valid, mx_valid, smtp_valid, validation_source, error_message, validated_at,
  expires_at, check_count, expires_at > unixepoch() AS is_cache_valid
FROM email_validation_cache;

CREATE VIEW IF NOT EXISTS v_recipients_retry_eligible AS
SELECT r.id, r.campaign_id, r.customer_id, r.email, r.status, r.failure_reason_detailed, r.bounce_type,
  r.attempt_count, r.next_retry_at, c.first_name, c.last_name, c.company,
  p.name AS campaign_name, p.subject AS campaign_subject
FROM campaign_recipients r
JOIN customers c ON c.id = r.customer_id
JOIN email_campaigns p ON p.id = r.campaign_id
WHERE r.status = 'failed' AND r.next_retry_at <= unixepoch() AND r.attempt_count < 5;

CREATE VIEW IF NOT EXISTS v_campaign_delivery_stats AS
SELECT p.id AS campaign_id, p.name AS campaign_name, p.status AS campaign_status, p.total_recipients, p.sent_count,
  p.open_count, p.click_count, p.bounce_count, p.unsubscribe_count,
  count(DISTINCT iif(e.event_type = 'bounce' AND e.bounce_type = 'hard', e.recipient_id, NULL)) AS hard_bounce_count,
  count(DISTINCT iif(e.event_type = 'bounce' AND e.bounce_type = 'soft', e.recipient_id, NULL)) AS soft_bounce_count,
  count(DISTINCT iif(e.event_type = 'complaint', e.recipient_id, NULL)) AS complaint_count,
  count(DISTINCT iif(e.failure_reason = 'dns_failure', e.recipient_id, NULL)) AS dns_failure_count,
  count(DISTINCT iif(e.failure_reason = 'invalid_syntax', e.recipient_id, NULL)) AS syntax_error_count
FROM email_campaigns p LEFT JOIN email_delivery_events e ON e.campaign_id = p.id
GROUP BY p.id;

CREATE VIEW IF NOT EXISTS v_domain_health AS
SELECT domain, count(*) AS total_recipients, sum(status = 'sent') AS sent_count, sum(status = 'failed') AS failed_count,
  total(bounce_type = 'hard') AS hard_bounce_count, total(bounce_type = 'soft') AS soft_bounce_count,
  total(mx_valid = 0) AS invalid_mx_count, round(sum(status = 'sent') * 100.0 / count(*), 2) AS delivery_rate
FROM campaign_recipients WHERE domain IS NOT NULL
GROUP BY domain HAVING count(*) >= 3;

CREATE VIEW IF NOT EXISTS v_campaign_statistics AS
SELECT id AS campaign_id, org_id, name, status, total_recipients, sent_count, open_count, click_count, bounce_count,
  unsubscribe_count, created_at, sent_at,
  iif(sent_count > 0, round(open_count * 100.0 / sent_count, 2), 0) AS open_rate,
  iif(sent_count > 0, round(click_count * 100.0 / sent_count, 2), 0) AS click_rate,
  iif(sent_count > 0, round(bounce_count * 100.0 / sent_count, 2), 0) AS bounce_rate
FROM email_campaigns;

CREATE VIEW IF NOT EXISTS v_customer_engagement AS
SELECT c.id AS customer_id, c.org_id, c.first_name, c.last_name, c.email, c.company, c.category, c.is_vip, c.is_active,
  c.unsubscribed,
  (SELECT count(DISTINCT campaign_id) FROM campaign_recipients WHERE customer_id = c.id) AS campaigns_received,
  (SELECT count(*) FROM campaign_recipients WHERE customer_id = c.id AND status = 'sent') AS emails_sent,
  (SELECT count(*) FROM email_tracking t JOIN campaign_recipients r ON r.id = t.recipient_id
   WHERE r.customer_id = c.id AND t.type = 'open') AS opens,
  (SELECT count(*) FROM email_tracking t JOIN campaign_recipients r ON r.id = t.recipient_id
   WHERE r.customer_id = c.id AND t.type = 'click') AS clicks,
  (SELECT max(t.created_at) FROM email_tracking t JOIN campaign_recipients r ON r.id = t.recipient_id
   WHERE r.customer_id = c.id) AS last_engagement_at
FROM customers c;

CREATE VIEW IF NOT EXISTS v_org_health AS
SELECT o.id AS org_id, o.name AS org_name, o.subscription_tier,
  (SELECT count(*) FROM customers WHERE org_id = o.id) AS total_customers,
  (SELECT count(*) FROM customers WHERE org_id = o.id AND is_active = 1) AS active_customers,
  (SELECT count(*) FROM customers WHERE org_id = o.id AND is_vip = 1) AS vip_customers,
  (SELECT count(*) FROM customers WHERE org_id = o.id AND unsubscribed = 1) AS unsubscribed_customers,
  (SELECT count(*) FROM email_campaigns WHERE org_id = o.id) AS total_campaigns,
  (SELECT count(*) FROM email_campaigns WHERE org_id = o.id AND status = 'sent') AS sent_campaigns,
  (SELECT coalesce(sum(sent_count), 0) FROM email_campaigns WHERE org_id = o.id) AS total_emails_sent,
  (SELECT coalesce(sum(open_count), 0) FROM email_campaigns WHERE org_id = o.id) AS total_opens,
  (SELECT coalesce(sum(click_count), 0) FROM email_campaigns WHERE org_id = o.id) AS total_clicks,
  (SELECT count(*) FROM leads WHERE org_id = o.id) AS total_leads,
  (SELECT count(*) FROM leads WHERE org_id = o.id AND status = 'won') AS won_leads,
  (SELECT count(*) FROM tasks WHERE org_id = o.id AND status <> 'done') AS pending_tasks
FROM organizations o;

CREATE VIEW IF NOT EXISTS v_recent_activity AS
SELECT a.id, a.org_id, a.customer_id, a.type, a.title, a.description, a.created_at,
  c.first_name, c.last_name, c.company, u.name AS user_name
FROM customer_activities a
JOIN customers c ON c.id = a.customer_id
LEFT JOIN users u ON u.id = a.created_by
ORDER BY a.created_at DESC LIMIT 100;

-- What the web CRM's migrator looks at, so that it finds its own nine migrations done.
INSERT INTO __drizzle_migrations (hash, created_at)
SELECT column1, column2 FROM (VALUES
  ('3daa619cbb257bb7fcaf708e42926dec09a2351c658ec1a1a86229f72fa5f423', 1770719232360),
  ('a9c41acec8330a347be5281ff7b728f2cb5d1e1f5eaa43bc9411b31fe0ffb3db', 1770722039781),
  ('c5e4bfc46e821232a9bf71d836c1c1189750e53ac5fdac59f5298ebd99e0c18f', 1770768758802),
  ('472a22b1f3d3b5cbe40525902d3739b4c71e7db5cacbfc2ba3f6a10a5513bcac', 1770768758803),
  ('4e040ddd663234fa3376be8e7f9b32e9b640c8cbb320b69792f7896f62c5332f', 1770819000000),
  ('9d1f79745bac066b76312d982f017a84491d290f07f0e82ecb1513b3ff83c0e0', 1770993381831),
  ('57ed0104848a5a2e11d6a56dd82bf90e098b2f13136195830b32e0d682bd74d2', 1739634000000),
  ('ace22d67374a7de453e02a4390bb1ffa103f5ef4ed7dbb9ac3e3a5bc263c2b88', 1739634000001),
  ('9f2fa4e4f7f3e9516382eeaead32c79bc41401e8eea16668662f1905920a10fe', 1739634000002))
WHERE NOT EXISTS (SELECT 1 FROM __drizzle_migrations);

INSERT INTO email_retry_config
  (id, failure_reason, max_retries, initial_delay_seconds, backoff_multiplier, max_delay_seconds, created_at, updated_at)
VALUES
  ('rcfg_soft_bounce', 'soft_bounce', 3, 3600, 2.0, 86400, unixepoch(), unixepoch()),
  ('rcfg_dns_failure', 'dns_failure', 2, 86400, 1.0, 86400, unixepoch(), unixepoch()),
  ('rcfg_rate_limited', 'rate_limited', 5, 900, 2.0, 3600, unixepoch(), unixepoch()),
  ('rcfg_connection_failed', 'connection_failed', 3, 300, 2.0, 3600, unixepoch(), unixepoch()),
  ('rcfg_deferred', 'deferred', 3, 1800, 1.5, 14400, unixepoch(), unixepoch())
ON CONFLICT (id) DO NOTHING;
