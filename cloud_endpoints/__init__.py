"""Thin ASGI routes over `kkdesk.services`: tracking, unsubscribe, cron, health."""
