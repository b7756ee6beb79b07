-- The ledger of applied changes (a change delivered twice is applied once) and the images that undo needs.

CREATE TABLE IF NOT EXISTS kk_changes (
  id TEXT PRIMARY KEY NOT NULL,
  label TEXT NOT NULL,
  actor TEXT,
  applied_at INTEGER NOT NULL,
  undo_until INTEGER,
  undo_of TEXT,
  undone_by TEXT
);
CREATE INDEX IF NOT EXISTS kk_changes_undo_idx ON kk_changes (undo_until) WHERE undo_until IS NOT NULL;

-- One row for each row that an undoable change touched: `before` is null where it was inserted, `after` where it
-- was deleted. `seq` is the place of its table in the change: parents come before their children.
CREATE TABLE IF NOT EXISTS kk_undo (
  change_id TEXT NOT NULL,
  seq INTEGER NOT NULL,
  tbl TEXT NOT NULL,
  row_id TEXT NOT NULL,
  before TEXT,
  after TEXT,
  PRIMARY KEY (change_id, tbl, row_id)
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS kk_undo_row_idx ON kk_undo (tbl, row_id);
