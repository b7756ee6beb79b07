"""Signing in with Google, before the window and in it; the lock."""
