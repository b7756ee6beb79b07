"""Signing in with Google on a desktop: RFC 8252 (native apps), RFC 7636 (PKCE), OpenID Connect Core 1.0."""
