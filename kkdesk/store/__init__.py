"""Where data lives: one `Database` interface, its homes, the schema, undo and the search index."""
