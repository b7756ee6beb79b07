"""The token broker: turns a Google account that the company lets in into a database token of at most an hour."""
