"""Mail: composing a campaign's messages, and handing them over."""
