"""The page of addresses that are never mailed."""
