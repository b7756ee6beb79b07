"""Real servers that tests talk to: a mail transfer agent, a scripted SMTP sink, a browser."""
