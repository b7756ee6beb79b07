"""Moving a profile, against the real server."""
