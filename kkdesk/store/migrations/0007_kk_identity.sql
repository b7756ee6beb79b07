-- Which database this is, wherever it lies: an outbox is emptied into its own database and no other.

CREATE TABLE IF NOT EXISTS kk_identity (
  id TEXT PRIMARY KEY NOT NULL,
  made_at INTEGER NOT NULL
);
INSERT INTO kk_identity (id, made_at)
SELECT lower(hex(randomblob(16))), unixepoch() WHERE NOT EXISTS (SELECT 1 FROM kk_identity);
