"""Numbered SQL files; `kkdesk.store.migrate` runs them."""
