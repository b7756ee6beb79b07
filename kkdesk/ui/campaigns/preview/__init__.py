"""The mail as a recipient will see it, before anybody does."""
