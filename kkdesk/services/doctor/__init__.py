"""What `kkdesk doctor` looks at: what is configured here, and how a deployment of the endpoints looks from outside."""
