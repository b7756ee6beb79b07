"""Choosing who gets a campaign, and seeing who does and who does not."""
