"""Sending: the last look at who gets it, the confirmation that names the number, tests."""
