"""Composing a campaign: the message, its audience, its preview; saved by itself."""
